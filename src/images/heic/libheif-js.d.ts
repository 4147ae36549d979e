// The part of libheif's WebAssembly build that is used; the package describes its C functions only.
declare module 'libheif-js/libheif-wasm/libheif-bundle.js' {
  /** Enumeration values are compared by identity. */
  type EnumValue = { readonly value?: number };

  interface HeifError {
    readonly code: EnumValue;
    readonly message: string;
  }

  interface DecodedChannel {
    readonly id: EnumValue;
    readonly width: number;
    readonly height: number;
    /** Bytes from one row to the next. */
    readonly stride: number;
    readonly data: Uint8Array;
  }

  interface DecodedPicture {
    readonly code?: undefined;
    readonly channels: readonly DecodedChannel[];
  }

  interface Handle {
    readonly code?: undefined;
  }

  interface Libheif {
    readonly heif_error_code: { readonly heif_error_Ok: EnumValue };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: EnumValue };
    readonly heif_chroma: {
      readonly heif_chroma_interleaved_RGB: EnumValue;
      readonly heif_chroma_interleaved_RGBA: EnumValue;
    };
    readonly heif_channel: { readonly heif_channel_interleaved: EnumValue };
    heif_context_alloc(): number;
    heif_context_set_maximum_image_size_limit(context: number, maxSide: number): void;
    heif_context_read_from_memory(context: number, bytes: Uint8Array): HeifError;
    heif_js_context_get_primary_image_handle(context: number): Handle | HeifError;
    heif_image_handle_get_width(handle: Handle): number;
    heif_image_handle_get_height(handle: Handle): number;
    heif_js_decode_image2(
      handle: Handle,
      space: EnumValue,
      chroma: EnumValue,
    ): DecodedPicture | HeifError | Promise<DecodedPicture | HeifError>;
  }

  /** Makes an instance with memory of its own, freed with the instance. */
  // biome-ignore lint/style/noDefaultExport: the shape of the package
  export default function createLibheif(): Libheif;
}

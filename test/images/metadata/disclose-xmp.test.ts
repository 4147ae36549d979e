import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discloseInXmp, saidIn, saidWith } from '../../../src/images/metadata/disclose-xmp.ts';
import { scanXml } from '../../../src/images/metadata/xml.ts';
import { type Disclosure, sourceTypeUri } from '../../../src/source-types.ts';

const rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
const ext = 'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"';
const capture = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture';
const trained = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
const edited = sourceTypeUri('compositeWithTrainedAlgorithmicMedia');
const ours: Disclosure = {
  sourceType: 'compositeWithTrainedAlgorithmicMedia',
  system: 'OpenAI model-1',
  credit: 'Edited with AI (OpenAI)',
};
const says = { sourceType: edited, system: 'OpenAI model-1', version: '', credit: 'Edited with AI (OpenAI)' };

const packet = (inner: string, end = 'w') =>
  `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${rdf}>${inner}</rdf:RDF></x:xmpmeta>   <?xpacket end="${end}"?>`;
const about = (attributes: string, body = '') =>
  packet(`<rdf:Description rdf:about="" ${attributes}>${body}</rdf:Description>`);

/** The packet once it says what we say, and what it says then. */
function disclosed(text: string | Buffer, disclosure = ours) {
  const bytes = Buffer.from(text as string);
  const made = discloseInXmp(bytes, saidWith(saidIn([bytes]), disclosure));
  return { made, text: made?.toString('utf8') ?? '', said: made && saidIn([made]) };
}

describe('discloseInXmp', () => {
  it.each([
    ['a plain packet', about('xmlns:xmp="x" xmp:Rating="5"')],
    ['a read-only packet', packet('<rdf:Description rdf:about=""/>', 'r')],
    ['an empty description', packet('<rdf:Description rdf:about="uuid:1" />')],
    ['no description', packet('')],
    ['nothing at all', packet('').replace(/<rdf:RDF.*RDF>/, `<rdf:RDF ${rdf}/>`)],
    ['white space alone', '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>  \n <?xpacket end="w"?>\0'],
    ['several descriptions', packet('<rdf:Description rdf:about=""/><rdf:Description rdf:about=""/>')],
    ['other prefixes', about('').replaceAll('rdf:', 'r:').replaceAll(':rdf', ':r')],
    ['RDF by default', `<RDF ${rdf.replace(':rdf', '')}><Description/></RDF>`],
    ['RDF by default, empty', `<RDF ${rdf.replace(':rdf', '')}></RDF>`],
    [
      'a prefix of ours for something else',
      about('xmlns:Iptc4xmpExt="other:" Iptc4xmpExt:DigitalSourceType="x"'),
    ],
    ['our namespace by another name', about(`${ext.replace('Iptc4xmpExt=', 'e=')} e:Event="x"`)],
    ['an empty value', about(`${ext} Iptc4xmpExt:DigitalSourceType=""`)],
    ['a weaker value', about(`${ext} Iptc4xmpExt:DigitalSourceType='${capture}'`)],
    [
      'a weaker element',
      about(ext, `<Iptc4xmpExt:DigitalSourceType>${capture}</Iptc4xmpExt:DigitalSourceType>`),
    ],
    ['a weaker resource', about(ext, `<Iptc4xmpExt:DigitalSourceType rdf:resource="${capture}"/>`)],
    [
      'an element that names itself',
      about('', `<e:DigitalSourceType ${ext.replace('Iptc4xmpExt=', 'e=')}>${capture}</e:DigitalSourceType>`),
    ],
    [
      'two weaker values',
      packet(
        `<rdf:Description ${ext} Iptc4xmpExt:DigitalSourceType="${capture}"/><rdf:Description ${ext}><Iptc4xmpExt:DigitalSourceType>print</Iptc4xmpExt:DigitalSourceType></rdf:Description>`,
      ),
    ],
  ])('says it in %s', (_what, text) => {
    const { made, said } = disclosed(text);
    expect(said).toEqual(says);
    expect(scanXml(made?.toString('latin1') ?? '')).toBeDefined();
    // Once is enough.
    const again = discloseInXmp(made, says);
    expect(again).toBe(made);
  });

  it('makes a packet where there is none', () => {
    const made = discloseInXmp(undefined, says);
    expect(saidIn([made as Buffer])).toEqual(says);
    expect(made?.toString('utf8')).toMatch(/^<\?xpacket begin="\ufeff" id/);
  });

  it.each([
    'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
    'trainedAlgorithmicMedia',
  ])('never says less than %s', (stronger) => {
    const { said } = disclosed(about(`${ext} Iptc4xmpExt:DigitalSourceType="${stronger}"`));
    expect(said).toEqual({ ...says, sourceType: stronger });
  });

  it('keeps a credit, and the systems that were used before', () => {
    const before = about(
      `${ext} xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" Iptc4xmpExt:AISystemUsed="Gemini &amp; co" photoshop:Credit="Jane &#233;"`,
    );
    const { said, text } = disclosed(before);
    expect(said).toMatchObject({ system: 'Gemini & co; OpenAI model-1', credit: 'Jane é' });
    expect(text).toContain('photoshop:Credit="Jane &#233;"');
    expect(disclosed(text).said?.system).toBe('Gemini & co; OpenAI model-1');
  });

  it('leaves structures alone that hold names like ours', () => {
    const nested = `<xmpMM:Ingredients><rdf:Bag><rdf:li ${ext} Iptc4xmpExt:DigitalSourceType="${trained}"/></rdf:Bag></xmpMM:Ingredients>`;
    const { said, text } = disclosed(about('xmlns:xmpMM="mm"', nested));
    expect(said?.sourceType).toBe(edited);
    expect(text).toContain(nested);
  });

  it.each([
    ['cut off', about('').slice(0, 180)],
    ['crossed', packet('<rdf:Description><a></rdf:Description></a>')],
    ['with a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${about('')}`],
    ['without quotes', packet('<rdf:Description rdf:about=x/>')],
    ['with two roots', `${about('')}${about('')}`],
    ['no XML', 'This is no packet'],
    ['of undeclared prefixes', '<rdf:RDF><rdf:Description/></rdf:RDF>'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['UTF-16 of an odd length', Buffer.concat([Buffer.from('\ufeff<a/>', 'utf16le'), Buffer.from([1])])],
    ['endless', '<a '.repeat(100_000)],
    ['without an end', `${'<a>'.repeat(200_000)}`],
  ])('leaves alone what is %s', (_what, text) => {
    expect(discloseInXmp(Buffer.from(text as string), says)).toBeUndefined();
  });

  it('edits UTF-16 of both orders, and bytes that are no UTF-8', () => {
    const text = about('xmlns:dc="d"', '<dc:title>Grüße 写真</dc:title>');
    const little = Buffer.from(`\ufeff${text.replace(/^<\?[^>]*>/, '')}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      const made = discloseInXmp(bytes, says) as Buffer;
      expect(saidIn([made])).toEqual(says);
      const back = made.equals(little) || made[0] === 0xff ? made : Buffer.from(made).swap16();
      expect(back.toString('utf16le')).toContain('<dc:title>Grüße 写真</dc:title>');
      expect(made.subarray(0, 2)).toEqual(bytes.subarray(0, 2));
    }
    const latin = Buffer.from(
      about('xmlns:dc="d"', '<dc:title>Gr\u00fc\u00dfe</dc:title>').replace('\ufeff', ''),
      'latin1',
    );
    expect(discloseInXmp(latin, says)?.includes(Buffer.from('Gr\u00fc\u00dfe', 'latin1'))).toBe(true);
  });

  it('writes names of models as they are, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (system) => {
        const clean = system.replace(/[^\t\n\r\x20-\u{10ffff}]|[\ufffe\uffff]/gu, '').toWellFormed();
        const made = discloseInXmp(undefined, { ...says, system: `x${system}` }) as Buffer;
        expect(saidIn([made]).system).toBe(`x${clean}`);
        expect(/[^\x20-\x7e]/.test(made.toString('latin1').slice(60))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('changes nothing but our properties in any packet', () => {
    const name = fc.constantFrom('a', 'Iptc4xmpExt', 'photoshop', 'rdf', 'x1');
    const value = fc.string({ unit: fc.constantFrom(...'ab é<&"\'\n写'), maxLength: 12 });
    const inXml = (text: string) => text.replace(/[<&"]/g, (c) => `&#${c.codePointAt(0)};`);
    const leaf = fc.record({
      prefix: name,
      local: fc.constantFrom('Credit', 'DigitalSourceType', 'b', 'c'),
      value,
    });
    const description = fc.array(
      fc.record({ ...{ leaf, form: fc.constantFrom('element', 'attribute', 'bag', 'comment', 'cdata') } }),
      { maxLength: 6 },
    );
    const spaces: Record<string, string> = {
      a: 'urn:a',
      x1: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
      photoshop: 'urn:p',
    };
    fc.assert(
      fc.property(fc.array(description, { minLength: 1, maxLength: 3 }), (descriptions) => {
        const inner = descriptions.map((items) => {
          const used = new Set<string>();
          const attributes: string[] = [];
          const body: string[] = [];
          for (const { leaf: item, form } of items) {
            const q = `${item.prefix in spaces ? item.prefix : 'a'}:${item.local}`;
            if (form === 'attribute' && !used.has(q)) attributes.push(`${q}="${inXml(item.value)}"`);
            else if (form === 'bag')
              body.push(`<${q}><rdf:Bag><rdf:li>${inXml(item.value)}</rdf:li></rdf:Bag></${q}>`);
            else if (form === 'comment') body.push('<!-- > </rdf:RDF> -->');
            else if (form === 'cdata')
              body.push(`<a:d><![CDATA[</a:d>${item.value.replaceAll(']', '')}]]></a:d>`);
            else body.push(`<${q}>${inXml(item.value)}</${q}>`);
            used.add(q);
          }
          const declared = Object.entries(spaces).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
          return `<rdf:Description rdf:about="" ${[...declared, ...attributes].join(' ')}>${body.join('\n')}</rdf:Description>`;
        });
        const bytes = Buffer.from(packet(inner.join('')), 'utf8');
        const before = saidIn([bytes]);
        const wanted = saidWith(before, ours);
        const made = discloseInXmp(bytes, wanted);
        expect(made).toBeDefined();
        expect(saidIn([made as Buffer])).toEqual(wanted);
        // Without what is ours the two texts are the same.
        const rest = (text: string) =>
          text
            .replace(/<x1:DigitalSourceType>.*?<\/x1:DigitalSourceType>/gs, '')
            .replace(/ x1:DigitalSourceType="[^"]*"/g, '')
            .replace(/ x1:AISystemUsed="[^"]*"/g, '')
            .replace(/ xmlns:(photoshop2|Iptc4xmpExt)="[^"]*"/g, '')
            .replace(/ (photoshop2|Iptc4xmpExt|photoshop):Credit="Edited[^"]*"/g, '')
            .replace(/ Iptc4xmpExt:\w+="[^"]*"/g, '');

        expect(rest((made as Buffer).toString('utf8'))).toBe(rest(bytes.toString('utf8')));
      }),
      { numRuns: 300 },
    );
  });

  it('is linear: large packets take no longer than they are long', () => {
    const many = about('xmlns:a="a"', '<a:b>x</a:b>'.repeat(40_000));
    expect(disclosed(many).said).toEqual(says);
    const more = about('xmlns:a="a"', '<a:b>x</a:b>'.repeat(60_000));
    expect(disclosed(more).made).toBeUndefined();
    const deep = about('xmlns:a="a"', `${'<a:b>'.repeat(60_000)}${'</a:b>'.repeat(60_000)}`);
    expect(disclosed(deep).said).toEqual(says);
  });
});

describe('a packet that means harm', () => {
  const isQuick = { timeout: 20_000 };
  it('is read in time, however often something begins in it', isQuick, () => {
    const [many, slashes] = [500_000, '/'.repeat(4_000_000)];
    expect(discloseInXmp(Buffer.from('<?xpacket'.repeat(many)), says)).toBeUndefined();
    const { said } = disclosed(about(`${ext} Iptc4xmpExt:DigitalSourceType="${slashes}x"`));
    expect(said?.sourceType).toBe(edited);
    const element = `<Iptc4xmpExt:DigitalSourceType>${slashes}x</Iptc4xmpExt:DigitalSourceType>`;
    expect(disclosed(about(ext, element)).said?.sourceType).toBe(edited);
  });

  it.each([
    ['as characters', `<![CDATA[${trained}]]>`],
    ['behind a comment', `<!-- > <b> -->${trained}`],
    ['in two sections', `<![CDATA[${trained.slice(0, 9)}]]>${trained.slice(9)}`],
  ])('keeps what it says of a model that made it, %s', (_, value) => {
    const element = `<Iptc4xmpExt:DigitalSourceType>${value}</Iptc4xmpExt:DigitalSourceType>`;
    expect(saidIn([Buffer.from(about(ext, element))]).sourceType).toBe(trained);
  });

  it('gets no attribute twice where its namespace is written with references', () => {
    const reference = ext.replace('29/', '29&#47;');
    const { text } = disclosed(about(`${reference} Iptc4xmpExt:DigitalSourceType="${capture}"`));
    expect(text.match(/:DigitalSourceType=/g)).toHaveLength(1);
    expect(text).toContain(edited);
  });
});

it('keeps letters beyond ASCII that a system was named with', () => {
  for (const encoding of ['utf8', 'utf16le'] as const) {
    const bytes = Buffer.from(about(`${ext} Iptc4xmpExt:AISystemUsed="Modèle 模&#233;"`), encoding);
    const made = discloseInXmp(bytes, saidWith(saidIn([bytes]), ours));
    expect(saidIn([made ?? Buffer.alloc(0)]).system).toBe('Modèle 模é; OpenAI model-1');
  }
});

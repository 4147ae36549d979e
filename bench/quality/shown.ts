// What is put on sheets for people to look at: every kind of fault, each on another scene.

export const shownFaults: readonly { readonly photo: string; readonly fault: string }[] = [
  { photo: 'jolla.jpg', fault: 'exposure -2 EV' },
  { photo: 'DSCN0021.jpg', fault: 'exposure -1 EV' },
  { photo: 'sunset_by_Aitzol_Berasategi.jpg', fault: 'exposure -0.5 EV' },
  { photo: 'avif-orientation-6.avif', fault: 'exposure +1 EV' },
  { photo: 'Wine_by_Jakkub_Mede.jpg', fault: 'tungsten cast' },
  { photo: 'astronaut.png', fault: 'cool cast' },
  { photo: 'coffee.png', fault: 'green cast' },
  { photo: 'DSCN0010.jpg', fault: 'even haze' },
  { photo: 'Landscape_1.jpg', fault: 'haze by depth' },
  { photo: 'ColorfulCups-2560x1600.jpg', fault: 'low contrast' },
  { photo: 'chelsea.png', fault: 'noise 15' },
  { photo: 'kodak-dc210.jpg', fault: 'noise 25' },
  { photo: 'DSCN0012.jpg', fault: '-1 EV, warm, noise 8' },
  { photo: 'rocket.jpg', fault: 'haze by depth, cool' },
  { photo: 'RainDrops.jpg', fault: 'flat, -1 EV, noise 5' },
];

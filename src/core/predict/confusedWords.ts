/**
 * English words that are written for each other because they sound alike or nearly so. Each line is one
 * set. Pairs with a word that people hardly write are left out.
 */
const SETS = `
accept except
advice advise
affect effect
aisle isle
allowed aloud
altar alter
bare bear
bazaar bizarre
berth birth
board bored
brake break
broach brooch
buy by
canvas canvass
capital capitol
ceiling sealing
cell sell
censor sensor
cereal serial
choose chose
cite sight site
coarse course
complement compliment
complementary complimentary
council counsel
creak creek
currant current
dairy diary
dear deer
decent descent
dependant dependent
desert dessert
device devise
die dye
discreet discrete
draft draught
dual duel
elicit illicit
emigrate immigrate
eminent imminent
ensure insure
envelop envelope
fair fare
faint feint
feat feet
flair flare
flea flee
flour flower
formally formerly
forth fourth
foul fowl
gait gate
gorilla guerrilla
grate great
groan grown
guessed guest
hair hare
hall haul
heal heel
hear here
heard herd
higher hire
hoarse horse
hole whole
hour our
idle idol
incidence incidents
instance instants
its it's
knead need
knew new
know no
knows nose
lead led
leased least
lessen lesson
loan lone
loose lose
made maid
mail male
main mane
maybe may
meat meet
medal meddle metal
miner minor
moral morale
morning mourning
naval navel
one won
paced paste
pail pale
pain pane
pair pear
passed past
patience patients
peace piece
peak peek
pedal peddle
peer pier
personal personnel
plain plane
pole poll
poor pour
pore pour
practice practise
pray prey
precede proceed
presence presents
principal principle
profit prophet
quiet quite
rain reign rein
raise raze
read red
real reel
right rite write
role roll
root route
sail sale
scene seen
sea see
seam seem
sew sow
shear sheer
shone shown
soar sore
sole soul
some sum
son sun
stair stare
stake steak
stationary stationery
steal steel
straight strait
suite sweet
tail tale
taught taut
than then
their there they're
theirs there's
threw through
throne thrown
tide tied
to too two
toe tow
vain vein
vale veil
wail whale
waist waste
wait weight
waive wave
ware wear where
way weigh
weak week
weather whether
were where
which witch
whose who's
wood would
yoke yolk
your you're
`;

/** Words that each word is confused with. */
export const CONFUSED_WORDS: ReadonlyMap<string, readonly string[]> = readSets(SETS);

function readSets(sets: string): Map<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const line of sets.trim().split('\n')) {
    const words = line.split(' ');
    for (const word of words) {
      const others = found.get(word) ?? new Set();
      for (const other of words) if (other !== word) others.add(other);
      found.set(word, others);
    }
  }
  return new Map([...found].map(([word, others]) => [word, [...others]]));
}

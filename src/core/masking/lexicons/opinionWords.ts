/**
 * English opinion words: first positive, then negative ones. Written for Masklab; the list is in the
 * public domain. It has the word forms that are common in reviews.
 */
export const OPINION_WORDS = `
abundant acclaimed accomplished accurate achievement admirable admire admired adorable adore
adored adventurous affection affectionate affordable agile agreeable amaze amazed amazes amazing
amazingly ambitious amiable amused amusing angelic appeal appealing applaud appreciate appreciated
approve apt artful artistic astonishing astounding attentive attractive authentic award-winning
awesome beautiful beautifully beauty believable beloved beneficial benefit best better blessed
blessing bliss blissful bold bonus brave bravo breathtaking bright brilliance brilliant
brilliantly calm capable captivating carefree caring celebrated charismatic charm charmed charming
cheap cheerful cherish cherished chic classic classy clean clear clever comfort comfortable
comfortably commendable compassionate compelling competent compliment confident consistent
convenient convincing cool cordial courageous courteous cozy creative credible crisp cute dazzling
dearest decent dedicated delicate delicious delight delighted delightful delightfully delights
dependable deserving desirable detailed devoted dignified diligent distinctive distinguished
diverse divine dreamy durable dynamic eager earnest easily easy ecstatic effective effectively
efficient efficiently effortless effortlessly elegance elegant elegantly eloquent enchanting
encourage encouraging endearing energetic engaging engrossing enhance enjoy enjoyable enjoyed
enjoying enjoyment enlightening enrich entertained entertaining enthralling enthusiasm
enthusiastic epic ethical euphoric excel excellence excellent excellently exceptional
exceptionally excite excited excitement exciting exhilarating exquisite extraordinary exuberant
fabulous fair faithful famous fancy fantastic fantastically fascinate fascinated fascinating
faultless favor favorable favorite favourite fearless fine finest first-class first-rate
flattering flawless flawlessly flexible flourish fluent fond fortunate fresh friendly fulfilling
fun funny generous genial genius gentle genuine genuinely gifted glad gladly glamorous gleaming
glorious good goodness gorgeous graceful gracious grand grateful gratifying great greatest greatly
gripping handsome handy happily happiness happy harmonious healthy heartfelt heartwarming heavenly
helpful heroic hilarious honest honor honorable hope hopeful humane humble humorous ideal ideally
imaginative immaculate impeccable impress impressed impresses impressive impressively improve
improved improvement incredible incredibly informative ingenious innovative insightful inspire
inspired inspiring instructive intelligent intriguing intuitive invaluable inventive inviting
irresistible jovial joy joyful joyous jubilant kind kindly kindness laudable lavish legendary
likable likeable liked lively love loved lovely loves loving loyal lucky luminous luscious lush
luxurious magic magical magnificent magnificently majestic marvel marvellous marvelous marvelously
masterful masterfully masterpiece meaningful memorable merry mesmerizing meticulous miracle
miraculous moving neat neatly nice nicely nicer nicest nimble noble notable nourishing novel
nuanced optimal optimistic outstanding outstandingly passionate patient peaceful perfect
perfection perfectly phenomenal picturesque playful pleasant pleasantly please pleased pleases
pleasing pleasurable pleasure plentiful poetic poignant polished polite popular positive
positively powerful powerfully praise praised praiseworthy precious precise premium prestigious
pretty priceless pristine privileged productive professional proficient profound promising prompt
promptly proud proudly prudent radiant rapturous reasonable reasonably recommend recommendable
recommended refined refreshing refreshingly rejoice relaxed relaxing reliable reliably relief
remarkable remarkably renowned resilient resourceful respect respected respectful responsive
revolutionary reward rewarding rich riveting robust romantic safe satisfaction satisfactory
satisfied satisfy satisfying savvy seamless seamlessly secure sensational sensible sensitive
serene sharp shine shines shiny silky sincere skilled skillful sleek slick smart smile smiling
smooth smoothly snappy soft solid soothing sophisticated sparkling spectacular spectacularly
speedy splendid splendidly spotless stable stellar stimulating striking strong stunning stunningly
stupendous sturdy stylish sublime succeed succeeded success successful successfully suitable
sumptuous super superb superbly superior support supportive supreme surprising sweet swift
sympathetic talent talented tasteful tasty tender terrific thankful thanks thorough thoroughly
thoughtful thrill thrilled thrilling thrive tidy timeless timely top-notch touching tranquil
treasure treat tremendous triumph triumphant trust trusted trustworthy truthful ultimate
unbeatable understandable understanding unforgettable unique unmatched unparalleled unrivaled
upbeat uplifting useful valuable versatile vibrant victorious vigorous virtuous vivid warm warmly
welcome welcoming well-made whimsical wholesome winner winning wise witty wonder wonderful
wonderfully wondrous worth worthwhile worthy wow wowed youthful yummy zealous zest

abominable abrasive absurd abuse abusive abysmal aching agonizing aimless alarming alienating
aloof amateurish anger angry annoy annoyance annoyed annoying annoyingly annoys anxious apathetic
appalled appalling appallingly arrogant artificial ashamed atrocious atrociously avoid avoided
awful awfully awkward awkwardly backward bad badly baffled baffling banal barren bitter bizarre
bland bleak blunder boast bore bored boredom boring bothered bothersome bottleneck brash breakdown
brittle broke broken brutal buggy bulky bully bumpy burden burdensome callous careless chaotic
cheap-looking cheaply cheated cheesy cliche cliched clumsily clumsy clunky cluttered coarse
complain complained complaint complaints complicated conceited confuse confused confusing contempt
contrived convoluted corrupt costly cowardly crack cracked cramped crap crappy crash crashed
crashes crazy creepy cringe cringeworthy crippled crooked crude cruel crummy cumbersome cynical
damage damaged damaging dangerous darn dated deadly deceitful deceive deceived deceptive defect
defective defects deficient degrade delay delayed delays deplorable depressed depressing
derivative despair desperate despicable despise destroy destroyed deteriorate detest detestable
difficult dirty disadvantage disagree disagreeable disappoint disappointed disappointing
disappointingly disappointment disappointments disappoints disaster disastrous discomfort
discouraging disgrace disgraceful disgust disgusted disgusting dishonest dislike disliked dismal
dismay disorganized disposable disrespect disrespectful dissatisfaction dissatisfied distasteful
distorted distract distracted distracting distress disturbing dodgy drab dread dreadful dreadfully
dreary dubious dud dull dumb dusty dysfunctional egotistical embarrass embarrassed embarrassing
embarrassment empty enrage enraged erratic error errors evil excessive excruciating exhausted
exhausting expensive exploit fail failed failing fails failure failures fake fallacy false farce
fatal fatigue fault faults faulty fear feeble fiasco filthy flaky flaw flawed flaws flimsy flop
flopped fool foolish forgettable formulaic foul fragile fraud fraudulent freeze freezes freezing
frightening frustrate frustrated frustrating frustratingly frustration fumble furious fussy futile
garbage generic ghastly gimmick gimmicky glitch glitches glitchy gloomy greasy greedy grim grimy
gross grotesque grubby gruesome grumpy guilty gullible half-baked half-hearted harm harmful harsh
hassle hate hated hateful hates hazardous headache heartbreaking heartless heavy-handed helpless
hideous hollow hopeless horrendous horrible horribly horrid horrific horrified horrifying hostile
humiliating hurt hurts hypocritical idiot idiotic ignorant ignored illegible illogical immature
impatient imperfect implausible impolite impossible impractical inaccurate inadequate inane
inappropriate incoherent incompatible incompetent incomplete incomprehensible inconsiderate
inconsistent inconvenience inconvenient incorrect ineffective inefficient inept inferior inflated
inflexible infuriating insane insecure insensitive insincere insipid insufferable insufficient
insult insulted insulting intolerable intrusive invalid irrational irrelevant irresponsible
irritable irritate irritated irritating jarring jerk jerky joke joyless junk junky lackluster lag
laggy lags lame lament laughable lazy leak leaked leaking leaks lied lifeless limp loathe
loathsome lonely lose loser losing loss lousy ludicrous lukewarm malfunction malfunctioned
malicious manipulative mean meaningless mediocre mess messed messy miserable miserably misfire
misguided mislead misleading mistake mistaken mistakes moan mock monotonous moody muddled mundane
murky naive nasty nauseating needless needlessly negative neglect neglected nightmare noisy
nonsense notorious numb obnoxious obscene obsolete offended offensive ominous oppressive outdated
outraged outrageous overblown overcooked overhyped overlong overpriced overrated overwhelmed
overwhelming overwrought pain painful painfully pathetic pathetically peculiar pedestrian
perplexing petty phony pitiful plagued plodding pointless poison poisonous poor poorest poorly
preachy predictable prejudice pretentious problem problematic problems questionable racist ragged
rant rash refund refused regret regrettable regretted reject rejected repellent repetitive
reprehensible repulsive resent ridiculous ridiculously rigid rip-off rotten rough rubbish rude
rudely ruin ruined ruins rushed rusty sad sadly sadness scam scarce scare scared scary scratched
scream screwed second-rate selfish senseless severe shabby shaky shallow shame shameful shameless
shattered shocked shocking shoddy short-lived sick sickening silly simplistic sketchy slimy slop
sloppily sloppy slow slower slowest slowly sluggish smelly smug sorry sour spam spoil spoiled
squeaky stain stained stale sticky stiff stingy stink stinks stolen strange stressed stressful
struggle struggled struggles stubborn stuck stupid stupidity stupidly subpar suck sucked sucks
suffer suffered suffering superficial suspicious tacky tainted tangled tasteless tedious tedium
tense terrible terribly terrified terrifying thoughtless threat threatening tired tiresome tiring
torture torturous toxic tragedy tragic trash trashy trite trivial trouble troubled troublesome
ugly unacceptable unappealing unattractive unaware unbearable unbelievable uncertain unclean
unclear uncomfortable unconvincing uncooperative undercooked underwhelmed underwhelming
undesirable unethical unfair unfinished unfortunate unfortunately unfriendly unfunny unhappy
unhealthy unhelpful unimaginative unimpressed unimpressive uninformed uninspired uninspiring
unintelligible uninteresting unjust unkind unlikable unlucky unnatural unnecessarily unnecessary
unpleasant unpleasantly unprofessional unreadable unrealistic unreasonable unreliable unresponsive
unsafe unsatisfactory unsatisfied unsatisfying unstable unsuccessful unsuitable unusable unwanted
unwatchable unwelcome unworthy upset upsetting useless vague vain vicious vile villainous violent
vulgar vulnerable warped waste wasted wasteful wasting weak weaker weakest weakness weary weird
wicked wooden worried worry worrying worse worsen worst worthless wreck wretched wrong wrongly
yawn yucky
`;

/** English stop words. Written for Masklab; the list is in the public domain. */
export const STOP_WORDS = `
a about above across after afterwards again against all almost alone along already also although
always am among an and another any anybody anyone anything anywhere are aren't around as at away
be became because become becomes been before behind being below beside besides between beyond both
but by can can't cannot could couldn't did didn't do does doesn't doing don't done down during each
either else enough etc even ever every everybody everyone everything everywhere except few for from
further had hadn't has hasn't have haven't having he he'd he'll he's hence her here here's hers
herself him himself his how however i i'd i'll i'm i've if in indeed instead into is isn't it it'd
it'll it's its itself just least less let let's like many may maybe me might mine more moreover most
mostly much must mustn't my myself neither never nevertheless no nobody none nor not nothing now
nowhere of off often on once one only onto or other others otherwise ought our ours ourselves out
over own per perhaps quite rather really same several shall shan't she she'd she'll she's should
shouldn't since so some somebody someone something sometimes somewhere soon still such than that
that's the their theirs them themselves then there there's thereby therefore these they they'd
they'll they're they've this those though through throughout thus to together too toward towards
under unless until up upon us very was wasn't we we'd we'll we're we've were weren't what what's
whatever when whenever where where's wherever whether which while who who'd who'll who's whoever
whole whom whose why will with within without won't would wouldn't yet you you'd you'll you're
you've your yours yourself yourselves
`;

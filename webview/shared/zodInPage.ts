import * as z from 'zod';

// The page's content security policy forbids `unsafe-eval`; without this zod tries it all the same
// and every page load reports a violation. It must run before any schema is made, so it is the
// first import of the entry.
z.config({ jitless: true });

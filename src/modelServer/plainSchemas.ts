import * as z from 'zod';

// Zod compiles each schema that it makes. That takes longer than it saves in a process whose first answer
// somebody waits for. This must run before any schema is made, so it is the first import of the entry.
z.config({ jitless: true });

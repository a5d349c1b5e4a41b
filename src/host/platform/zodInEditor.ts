import * as z from 'zod';

// Before it compiles a schema zod looks at `navigator`, which the extension host reports as an
// error. Parsing without compiling is fast enough here, and starts faster. It must run before any
// schema is made, so it is the first import of the entry.
z.config({ jitless: true });

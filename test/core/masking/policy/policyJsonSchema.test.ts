import { describe, expect, it } from 'vitest';
import { POLICY_GALLERY } from '../../../../src/core/masking/policy/gallery.js';
import { parsePolicy } from '../../../../src/core/masking/policy/policyFile.js';
import { ENGLISH, renderMessage } from '../../../../src/core/messages/render.js';
import { policyJsonSchema } from '../../../../src/core/masking/policy/policyJsonSchema.js';

describe('the JSON schema of policies', () => {
  it('has a description for every key, for completion and hovers', () => {
    const bare: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      const { properties, items } = schema as {
        properties?: Record<string, { description?: string }>;
        items?: unknown;
      };
      if (items !== undefined) visit(items, `${path}[]`);
      for (const [key, value] of Object.entries(properties ?? {})) {
        if (value.description === undefined) bare.push(`${path}.${key}`);
        visit(value, `${path}.${key}`);
      }
    };
    visit(policyJsonSchema(), '');
    expect(bare).toEqual([]);
  });
});

describe('the gallery', () => {
  it.each(POLICY_GALLERY.map((entry) => [entry.id, entry] as const))('%s parses', (id, entry) => {
    const policy = parsePolicy(entry.text, `${id}.mask.json`);
    expect(policy).toMatchObject({
      name: renderMessage(entry.name, ENGLISH),
      description: renderMessage(entry.description, ENGLISH),
    });
    expect(entry.text).toContain('//');
    // JSON with comments, but without trailing commas, which some readers of it refuse.
    expect(entry.text).not.toMatch(/,\s*[\]}]/);
  });
});

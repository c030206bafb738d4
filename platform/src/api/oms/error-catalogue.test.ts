import { describe, expect, it } from 'vitest';
import { documented, documentedErrors, explain } from './error-catalogue.ts';
import { outOfDateErrors } from './error-catalogue/out-of-date-errors.ts';

describe('the catalogue', () => {
  it('has every row of sections 6.2 and 6.3', () => {
    const families = new Map<string, number>();
    for (const { code } of documentedErrors) {
      const family = code.slice(0, code.indexOf('.'));
      families.set(family, (families.get(family) ?? 0) + 1);
    }
    expect(Object.fromEntries(families)).toEqual({ CMM: 3, OMS: 118, OMS_INTERNAL: 2, S3M: 128, TRF: 53 });
    expect(outOfDateErrors).toHaveLength(79);
  });

  it('has each code once, but OMS.0095 with both of its statuses', () => {
    const rows = documentedErrors.map(({ code, status }) => `${code} ${status}`);
    expect(new Set(rows).size).toBe(rows.length);
    const twice = documentedErrors.map(({ code }) => code).filter((code, index, codes) => codes.indexOf(code) !== index);
    expect(twice).toEqual(['OMS.0095']);
  });

  it('holds no remains of the document’s columns', () => {
    const texts = documentedErrors.flatMap(({ message, description, solution }) => [message, description, solution]);
    for (const text of [...texts, ...outOfDateErrors.map(({ message }) => message)]) {
      expect(text).toMatch(/^\S.*\S$/);
      expect(text).not.toMatch(/ {2}|[a-z]- [a-z]|Status Code|Error Message|authenticatio |synchronizatio /);
    }
  });

  it('explains a code of section 6.2 before one of section 6.3', () => {
    expect(explain('OMS.0095')).toMatchObject({ statuses: [400, 403], outOfDate: false });
    expect(explain('TRF.0012')?.message).toBe('Failed to verify the task parameters. Ensure that there are objects for the selected migration method.');
    expect(explain('TRF.0011')).toMatchObject({ statuses: [], outOfDate: true, solution: undefined });
    expect(explain('OMS.4711')).toBeUndefined();
  });

  it('answers with the status and the message of section 6.2', () => {
    expect(documented('OMS.0205')).toEqual({
      code: 'OMS.0205', status: 403,
      message: 'Insufficient permission. Read-only users do not have the permissions to create, modify, or delete resources.',
    });
    expect(documented('S3M.0069').status).toBe(400);
  });
});

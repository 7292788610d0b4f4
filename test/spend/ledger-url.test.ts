import { expect, it } from 'vitest';
import { secretsInLedgerUrl } from '../../src/spend/ledger-url.ts';

it.each([
  ['postgres://me:s%40cret@db/x', ['s%40cret', 's@cret']],
  ['postgres://me@db/x?password=secret', ['secret']],
  ['postgres://me@db/x?sslmode=require&sslpassword=secret', ['secret']],
  ['postgres://me@db/x?options=-c%20app.token%3Dsecret', ['-c app.token=secret']],
  ['postgres://me@db/x?PASSWORD=secret', ['secret']],
  ['postgres://me@db/x#secret', ['secret']],
  ['postgres://me:4711/secret@db/x', ['postgres://me:4711/secret@db/x']],
  ['postgres://me:47?secret@db/x', ['postgres://me:47?secret@db/x']],
  ['postgres://me:47#secret@db/x', ['postgres://me:47#secret@db/x']],
  ['postgres://me:p@ss/secret@db/x', ['postgres://me:p@ss/secret@db/x']],
  ['postgres://db/x?user=me@realm', []],
  ['host=db password=secret', ['host=db password=secret']],
  ['postgres://me@db:5432/x', []],
  ['postgresql://me@db/x?sslmode=verify-full&sslrootcert=/etc/ca.pem&application_name=a', []],
])('the URL %s holds the secrets %j', (url, secrets) => {
  expect([...new Set(secretsInLedgerUrl(url))]).toEqual(secrets);
});

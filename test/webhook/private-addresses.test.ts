import { expect, it } from 'vitest';
import { isPrivateAddress } from '../../src/webhook/private-addresses.ts';

it.each([
  '127.0.0.1',
  '10.1.2.3',
  '169.254.169.254',
  '192.168.0.1',
  '::1',
  '::',
  '::ffff:10.0.0.1',
  '::10.0.0.1',
  'fd12::1',
  'fe80::1',
  '2002:a00:1::1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::1',
  '64:ff9b::',
  '64:ff9b:1::808:808',
])('keeps away from %s', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '64:ff9b::808:808'])(
  'may go to %s',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);

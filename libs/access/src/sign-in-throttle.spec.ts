import { describe, expect, it } from '@jest/globals';

import { SignInThrottle } from './sign-in-throttle.js';

function harness() {
  const clock = { now: 1_000 };
  const sut = new SignInThrottle(() => clock.now);
  const begin = (login: string, times = 1): void => {
    for (let attempt = 0; attempt < times; attempt += 1) sut.begin(login, null);
  };
  return { clock, sut, begin };
}

describe('the sign-in throttle', () => {
  it('locks a login after ten failures, for five minutes', () => {
    const { clock, begin } = harness();
    begin('maria', 10);
    expect(() => begin('maria')).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ status: 429, headers: { 'retry-after': '300' } }) }),
    );
    clock.now += 299_500;
    expect(() => begin('maria')).toThrow(
      expect.objectContaining({ refusal: expect.objectContaining({ headers: { 'retry-after': '1' } }) }),
    );
    clock.now += 500;
    expect(() => begin('maria', 10)).not.toThrow();
    expect(() => begin('maria')).toThrow('Too many failed sign-ins.');
  });

  it('counts attempts under way, so that many at once do not slip through', () => {
    const { begin } = harness();
    expect(() => begin('maria', 11)).toThrow('Too many failed sign-ins.');
  });

  it('forgets failures when a sign-in succeeds', () => {
    const { sut, begin } = harness();
    begin('maria', 9);
    sut.succeeded('maria');
    expect(() => begin('maria', 10)).not.toThrow();
  });

  it('says which attempt is the last, so that its failure is written down', () => {
    const { sut } = harness();
    const lasts = Array.from({ length: 10 }, () => sut.begin('maria', null));
    expect(lasts).toEqual([...Array.from({ length: 9 }, () => false), true]);
  });

  it('keeps a lock that another node wrote down', () => {
    const { clock, sut } = harness();
    expect(() => sut.begin('maria', new Date(clock.now + 60_000).toISOString())).toThrow('Too many failed sign-ins.');
    clock.now += 60_000;
    expect(() => sut.begin('maria', new Date(clock.now).toISOString())).not.toThrow();
  });

  it('lets in whose lock was lifted in the history, and only when it had come there', () => {
    const { sut, begin } = harness();
    begin('maria', 10);
    expect(() => begin('maria')).toThrow('Too many failed sign-ins.');
    sut.recorded('maria');
    expect(() => begin('maria')).not.toThrow();
  });

  it('locks nobody else', () => {
    const { begin } = harness();
    begin('maria', 10);
    expect(() => begin('ivan')).not.toThrow();
  });

  it('remembers a limited number of logins', () => {
    const { begin } = harness();
    begin('maria', 10);
    for (let other = 0; other < 10_000; other += 1) begin(`login-${other}`);
    expect(() => begin('maria')).not.toThrow();
  });
});

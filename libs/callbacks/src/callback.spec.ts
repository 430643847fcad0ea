import { describe, expect, it } from '@jest/globals';

import { DomainError } from '#kernel';

import { callback, type CallbackCommand, type CallbackEvent } from './callback.js';

const details = { hallId: 'h1', url: 'https://example.org/hook', types: ['wallet.deposit'], after: null };
const registered: CallbackEvent = { type: 'callback.registered.v1', data: details };
const suspended: CallbackEvent = { type: 'callback.suspended.v1', data: { reason: 'failing' } };
const resumed: CallbackEvent = { type: 'callback.resumed.v1', data: {} };
const removed: CallbackEvent = { type: 'callback.removed.v1', data: {} };

const register: CallbackCommand = { type: 'RegisterCallback', data: details };
const suspend: CallbackCommand = { type: 'SuspendCallback', data: { callbackId: 'c1', reason: 'failing' } };
const resume: CallbackCommand = { type: 'ResumeCallback', data: { callbackId: 'c1' } };
const remove: CallbackCommand = { type: 'RemoveCallback', data: { callbackId: 'c1' } };

const decided = (given: CallbackEvent[], command: CallbackCommand): readonly CallbackEvent[] =>
  callback.decide(command, given.reduce(callback.evolve, callback.initialState()));

const refusal = (given: CallbackEvent[], command: CallbackCommand): string => {
  try {
    decided(given, command);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
  }
  return 'not refused';
};

describe('a callback', () => {
  it.each([
    [[], register, [registered]],
    [[registered], suspend, [suspended]],
    [[registered, suspended], suspend, []],
    [[registered, removed], suspend, []],
    [[registered, suspended], resume, [resumed]],
    [[registered, suspended, resumed], suspend, [suspended]],
    [[registered], remove, [removed]],
    [[registered, suspended], remove, [removed]],
  ])('after %j decides %j', (given, command, expected) => {
    expect(decided(given, command)).toEqual(expected);
  });

  it.each([
    [[registered], register, 'callback_exists'],
    [[registered, removed], register, 'callback_exists'],
    [[], resume, 'callback_unknown'],
    [[registered], resume, 'callback_active'],
    [[registered, removed], resume, 'callback_unknown'],
    [[registered, removed], remove, 'callback_unknown'],
  ])('after %j refuses %j', (given, command, code) => {
    expect(refusal(given, command)).toBe(code);
  });
});

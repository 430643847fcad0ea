import { describe, expect, it } from '@jest/globals';
import type { Environment } from './environment.js';
import { StorageFailure, WriteQueue } from './write-queue.js';

/** LMDB as the queue sees it: transactions that are made durable when the test says so. */
function fakeEnvironment() {
  const commits: { readonly settle: () => void; readonly fail: (error: Error) => void }[] = [];
  const root = {
    async childTransaction(work: () => void): Promise<void> {
      work();
      await new Promise<void>((settle, fail) => commits.push({ settle, fail }));
    },
    resetReadTxn: () => undefined,
  };
  const environment: Pick<Environment, 'root'> = { root: root as Environment['root'] & typeof root };
  return { environment, commits };
}

function queueUnderTest() {
  const { environment, commits } = fakeEnvironment();
  const failures: StorageFailure[] = [];
  let saved = 0;
  const queue = new WriteQueue(
    environment,
    () => (saved += 1),
    (failure) => failures.push(failure),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const nextCommit = async () => {
    for (let turns = 0; commits.length === 0 && turns < 100; turns += 1) await turn();
    const [commit] = commits.splice(0, 1);
    if (commit === undefined) throw new Error('nothing was committed');
    return commit;
  };
  return { queue, failures, nextCommit, turn, commits, saved: () => saved };
}

describe('the write queue', () => {
  it('answers only when the transaction is durable', async () => {
    const { queue, nextCommit, turn } = queueUnderTest();
    let answered = false;
    const job = queue.change(() => {
      return 'written';
    });
    void job.then(() => (answered = true));
    const commit = await nextCommit();
    await turn();
    expect(answered).toBe(false);
    commit.settle();
    expect(await job).toBe('written');
  });

  it('collects what comes during a commit into the next', async () => {
    const { queue, nextCommit, commits, saved } = queueUnderTest();
    const first = queue.change(() => {});
    const running = await nextCommit();
    const later = [1, 2, 3].map((value) =>
      queue.change(() => {
        return value;
      }),
    );
    expect(commits).toHaveLength(0);
    running.settle();
    await first;
    (await nextCommit()).settle();
    expect(await Promise.all(later)).toEqual([1, 2, 3]);
    expect(saved()).toBe(2);
  });

  it('lets a job that pauses go on in a later transaction', async () => {
    const { queue, nextCommit } = queueUnderTest();
    const steps: string[] = [];
    const slow = queue.run(function* slow() {
      steps.push('slow 1');
      yield;
      steps.push('slow 2');
    });
    const quick = queue.change(() => {
      steps.push('quick');
    });
    (await nextCommit()).settle();
    await quick;
    expect(steps).toEqual(['slow 1', 'quick']);
    (await nextCommit()).settle();
    await slow;
    expect(steps).toEqual(['slow 1', 'quick', 'slow 2']);
  });

  it('fails everything that waits when a commit fails, and takes nothing more', async () => {
    const { queue, failures, nextCommit } = queueUnderTest();
    const first = queue.change(() => {});
    const commit = await nextCommit();
    const second = queue.change(() => {});
    commit.fail(new Error('disk full'));
    await expect(first).rejects.toThrow('The store failed: disk full');
    await expect(second).rejects.toBeInstanceOf(StorageFailure);
    await expect(queue.change(() => {})).rejects.toBeInstanceOf(StorageFailure);
    expect(failures).toHaveLength(1);
    await queue.drain();
  });

  it('does not commit a transaction in which a write reached the store in part', async () => {
    const { queue, failures, commits } = queueUnderTest();
    const job = queue.change(() => {
      throw new StorageFailure(new Error('half written'));
    });
    await expect(job).rejects.toBeInstanceOf(StorageFailure);
    expect([failures.length, commits.length]).toEqual([1, 0]);
  });
});

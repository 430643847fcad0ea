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

function queueUnderTest(afterAbort: () => void = () => undefined) {
  const { environment, commits } = fakeEnvironment();
  const failures: StorageFailure[] = [];
  let saved = 0;
  const queue = new WriteQueue(environment, {
    beforeCommit: () => (saved += 1),
    afterAbort: () => afterAbort(),
    onFailure: (failure) => failures.push(failure),
  });
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
    const { queue, nextCommit, commits, turn, saved } = queueUnderTest();
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
    let answers: number[] | undefined;
    void Promise.all(later).then((all) => (answers = all));
    // One commit for all three, unless the machine is so slow that they outlast the time of one.
    for (; answers === undefined; await turn()) commits.shift()?.settle();
    expect(answers).toEqual([1, 2, 3]);
    expect(saved()).toBeGreaterThan(1);
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

  it('refuses what was in a transaction that failed, and goes on with what came later', async () => {
    let aborted = 0;
    const { queue, failures, nextCommit } = queueUnderTest(() => (aborted += 1));
    const first = queue.change(() => {});
    const commit = await nextCommit();
    const second = queue.change(() => {
      return 'second';
    });
    commit.fail(new Error('No space left on device'));
    await expect(first).rejects.toThrow('Nothing was written, because the store refused it: No space left on device');
    (await nextCommit()).settle();
    expect([await second, aborted, failures.length]).toEqual(['second', 1, 0]);
  });

  it('names the cause that LMDB hands out as a promise of its own', async () => {
    const { queue, nextCommit } = queueUnderTest();
    const job = queue.change(() => {});
    const commit = await nextCommit();
    const commitError = Promise.reject(new Error('disk full'));
    commit.fail(Object.assign(new Error('Commit failed'), { commitError }));
    await expect(job).rejects.toThrow('disk full');
  });

  it('does not commit a transaction in which a write reached the store in part, and takes the next', async () => {
    const { queue, commits, nextCommit } = queueUnderTest();
    const job = queue.change(() => {
      throw new StorageFailure(new Error('half written'));
    });
    await expect(job).rejects.toBeInstanceOf(StorageFailure);
    expect(commits).toHaveLength(0);
    const next = queue.change(() => {
      return 'next';
    });
    (await nextCommit()).settle();
    expect(await next).toBe('next');
  });

  it('finishes the transaction under way when it is closed, and refuses what has not ended with it', async () => {
    const { queue, nextCommit } = queueUnderTest();
    const quick = queue.change(() => {
      return 'quick';
    });
    const slow = queue.run(function* slow() {
      for (;;) yield;
    });
    const commit = await nextCommit();
    const late = queue.change(() => {});
    const closed = queue.close();
    commit.settle();
    expect(await quick).toBe('quick');
    for (const refused of [slow, late, queue.change(() => {})]) {
      await expect(refused).rejects.toMatchObject({ code: 91 });
    }
    await closed;
  });

  it('ends where memory cannot be brought back to what is stored', async () => {
    const { queue, failures, nextCommit } = queueUnderTest(() => {
      throw new Error('the catalog is damaged');
    });
    const first = queue.change(() => {});
    const commit = await nextCommit();
    const second = queue.change(() => {});
    commit.fail(new Error('no'));
    await expect(first).rejects.toThrow('the catalog is damaged');
    await expect(second).rejects.toBeInstanceOf(StorageFailure);
    await expect(queue.change(() => {})).rejects.toBeInstanceOf(StorageFailure);
    expect(failures).toHaveLength(1);
    await queue.close();
  });
});

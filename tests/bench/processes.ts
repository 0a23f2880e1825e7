/** What processes take, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc/PID/stat: what stands after the name, which may itself hold spaces and brackets. */
function statOf(pid: number): string[] {
	const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
	return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A process and everything it has started. */
export function treeOf(root: number): number[] {
	const children = new Map<number, number[]>();
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		try {
			const parent = Number(statOf(Number(name))[1]);
			children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
		} catch {
			// It has just ended.
		}
	}
	const tree = [root];
	for (const pid of tree) tree.push(...(children.get(pid) ?? []));
	return tree;
}

/** Proportional set size in MB (10⁶ bytes): memory that several processes share is divided among them. */
export function memoryOf(pids: number[]): number {
	let kilobytes = 0;
	for (const pid of pids) {
		try {
			kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		}
	}
	return (kilobytes * 1024) / 1e6;
}

/** Processor time used so far by living processes, in seconds. Linux counts it in hundredths. */
export function processorTimeOf(pids: number[]): number {
	let ticks = 0;
	for (const pid of pids) {
		try {
			const stat = statOf(pid);
			ticks += Number(stat[11]) + Number(stat[12]);
		} catch {
			// It has ended; what it used is lost.
		}
	}
	return ticks / 100;
}

/** Largest resident size so far of a process, in MB (10⁶ bytes); 0 when it has ended. */
export function peakOf(pid: number): number {
	try {
		return (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6;
	} catch {
		return 0;
	}
}

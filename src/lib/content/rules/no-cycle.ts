/** The first way round in a graph, as the nodes on it in order; null when there is none. */
export function findCycle(nodes: Iterable<string>, next: (node: string) => Iterable<string>): string[] | null {
	const done = new Set<string>();
	for (const start of nodes) {
		if (done.has(start)) continue;
		// Depth first without recursion: a path, and what is left to try at each of its nodes.
		const path = [{ node: start, left: [...next(start)] }];
		while (path.length > 0) {
			const last = path.at(-1)!;
			const to = last.left.shift();
			if (to === undefined) {
				done.add(last.node);
				path.pop();
				continue;
			}
			const at = path.findIndex(({ node }) => node === to);
			if (at >= 0) return path.slice(at).map(({ node }) => node);
			if (!done.has(to)) path.push({ node: to, left: [...next(to)] });
		}
	}
	return null;
}

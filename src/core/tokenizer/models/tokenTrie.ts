const EDGE_FIELDS = 4;
/** Slots for the edges of a token, so that the table seldom grows while it is built. */
const SLOTS_PER_TOKEN = 4;

/**
 * A trie over the UTF-16 units of a vocabulary's tokens, stored as one hash table of edges: small
 * and fast to build for a quarter of a million tokens.
 */
export class TokenTrie {
  readonly root = 0;
  private nodeCount = 1;
  private tokens = new Int32Array(1024).fill(-1);
  private edgeCount = 0;
  private mask = 4095;
  /** Open addressing: start node, unit and target node of an edge, and one unused entry. */
  private edges: Int32Array;

  constructor(vocabulary: ReadonlyMap<string, number>) {
    // A token adds about three edges, and the table is at most half full.
    let slots = this.mask + 1;
    while (slots < SLOTS_PER_TOKEN * vocabulary.size) slots *= 2;
    this.mask = slots - 1;
    this.edges = new Int32Array(slots * EDGE_FIELDS).fill(-1);
    for (const [token, id] of vocabulary) {
      if (token !== '') this.insert(token, id);
    }
  }

  /** Node after `unit` at `node`, or -1. */
  child(node: number, unit: number): number {
    const { edges, mask } = this;
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 0;
    slot = ((slot ^ (slot >>> 15)) & mask) * EDGE_FIELDS;
    for (;;) {
      const parent = edges[slot]!;
      if (parent === node && edges[slot + 1] === unit) return edges[slot + 2]!;
      if (parent === -1) return -1;
      slot = (slot + EDGE_FIELDS) & (edges.length - 1);
    }
  }

  /** Id of the token that ends at `node`, or -1. */
  tokenAt(node: number): number {
    return this.tokens[node]!;
  }

  /** Node after `prefix`, or -1. */
  nodeAt(prefix: string): number {
    let node = this.root;
    for (let i = 0; i < prefix.length && node >= 0; i++) {
      node = this.child(node, prefix.charCodeAt(i));
    }
    return node;
  }

  private insert(token: string, id: number): void {
    let node = this.root;
    for (let i = 0; i < token.length; i++) {
      const unit = token.charCodeAt(i);
      const known = this.child(node, unit);
      node = known >= 0 ? known : this.addEdge(node, unit);
    }
    this.tokens[node] = id;
  }

  private addEdge(parent: number, unit: number): number {
    if (this.edgeCount * 2 > this.mask) this.growEdges();
    const node = this.nodeCount++;
    if (node >= this.tokens.length) {
      const grown = new Int32Array(this.tokens.length * 2).fill(-1);
      grown.set(this.tokens);
      this.tokens = grown;
    }
    this.setEdge(parent, unit, node);
    this.edgeCount++;
    return node;
  }

  private setEdge(parent: number, unit: number, child: number): void {
    const { edges, mask } = this;
    let slot = (Math.imul(parent, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 0;
    slot = ((slot ^ (slot >>> 15)) & mask) * EDGE_FIELDS;
    while (edges[slot] !== -1) slot = (slot + EDGE_FIELDS) & (edges.length - 1);
    edges[slot] = parent;
    edges[slot + 1] = unit;
    edges[slot + 2] = child;
  }

  private growEdges(): void {
    const { edges } = this;
    this.edges = new Int32Array(edges.length * 2).fill(-1);
    this.mask = this.mask * 2 + 1;
    for (let slot = 0; slot < edges.length; slot += EDGE_FIELDS) {
      if (edges[slot] !== -1) this.setEdge(edges[slot]!, edges[slot + 1]!, edges[slot + 2]!);
    }
  }
}

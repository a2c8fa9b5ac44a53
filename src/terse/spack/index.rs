//! The search index of the SPACK encoder: a path-compressed trie with a fixed pool of nodes.
//!
//! The pool is part of the format in so far as it decides which phrases are found: a string for which too few
//! nodes are free is not indexed for its whole life. Nodes hold no strings but places in the text; a string
//! that has left the text is put together from its parts in a small area in front of it.

use super::pairs::Pairs;
use super::{ENTRIES, FIRST_ENTRY, MARK};
use crate::terse::children::Children;
use crate::terse::table;

/// Longest phrase that is matched, in symbols. Real files allow 1974 to 2313; 2047 is the size of a buffer
/// that the published decoder has.
pub(crate) const MAX_MATCH: usize = 2047;
/// Nodes besides those of single symbols.
const POOL: usize = 4656;
/// Node 0 is none; the nodes of single symbols have the numbers of their codes.
const NODES: usize = FIRST_ENTRY + POOL;
const CODE_MASK: usize = ENTRIES - 1;

/// A place that stands for "no longer in the text".
const GONE: u32 = 0;
/// Symbols in the area for strings that have left the text. Tests take less, so that strings leave sooner.
const RECALLED: usize = if cfg!(test) { 9 << 10 } else { 512 << 10 };
/// Symbols of the text that are kept behind the current one.
const HISTORY: usize = if cfg!(test) { 8 << 10 } else { 128 << 10 };
/// The text moves when it is longer than this.
const FULL: usize = RECALLED + 2 * HISTORY;

/// A symbol of the text: a byte, or with marks 16 bits.
pub(crate) trait Symbol: Copy + Eq + Default {
    fn of_byte(byte: u8) -> Self;
    fn of_code(code: u16) -> Self;
    fn code(self) -> u16;
}

impl Symbol for u8 {
    fn of_byte(byte: u8) -> Self {
        byte
    }

    fn of_code(code: u16) -> Self {
        code.wrapping_sub(1) as u8
    }

    #[inline]
    fn code(self) -> u16 {
        u16::from(self) + 1
    }
}

impl Symbol for u16 {
    fn of_byte(byte: u8) -> Self {
        Self::from(byte) + 1
    }

    fn of_code(code: u16) -> Self {
        code
    }

    #[inline]
    fn code(self) -> u16 {
        self
    }
}

/// The newest part of the symbols to pack, behind an area for strings that have left it.
pub(crate) struct Text<S> {
    pub(crate) symbols: Vec<S>,
    /// The first symbol that is not packed yet.
    pub(crate) at: usize,
    /// Symbols used in the area; the first is never used, so that no place is [`GONE`].
    recalled: usize,
}

impl<S: Symbol> Text<S> {
    pub(crate) fn new() -> Self {
        Self { symbols: vec![S::default(); RECALLED], at: RECALLED, recalled: 1 }
    }

    /// Symbols that are not packed yet.
    #[inline]
    pub(crate) fn waiting(&self) -> usize {
        self.symbols.len() - self.at
    }

    /// Drops old symbols if there are many. Returns how many.
    pub(crate) fn slide(&mut self) -> Option<u32> {
        let by = self.at.saturating_sub(RECALLED + HISTORY);
        if self.symbols.len() < FULL || by == 0 {
            return None;
        }
        self.symbols.drain(RECALLED..RECALLED + by);
        self.at -= by;
        Some(by as u32)
    }
}

#[derive(Clone, Copy, Default)]
struct Node {
    /// A place of its string in the text.
    at: u32,
    /// Length of its string.
    depth: u16,
    parent: u16,
    /// The symbol behind the parent's string.
    first: u16,
    /// The code of its string; 0 if it is only a branching point.
    code: u16,
    /// How many children it has, and their numbers XORed: with one child left, that is its number.
    children: u16,
    children_xor: u16,
}

pub(crate) struct Index {
    nodes: Box<[Node; NODES]>,
    children: Children<NODES>,
    /// The node of each code; 0 if its string is not indexed.
    places: Box<[u16; ENTRIES]>,
    free: Vec<u16>,
}

impl Index {
    pub(crate) fn new() -> Self {
        let mut nodes: Box<[Node; NODES]> = table(Node::default());
        let mut places: Box<[u16; ENTRIES]> = table(0);
        for code in 1..=MARK {
            nodes[usize::from(code)] = Node { depth: 1, code, ..Node::default() };
            places[usize::from(code)] = code;
        }
        let free = (FIRST_ENTRY as u16..NODES as u16).rev().collect();
        Self { nodes, children: Children::new(), places, free }
    }

    #[cfg(test)]
    pub(crate) fn shrink_pool(&mut self, nodes: usize) {
        self.free.truncate(nodes);
    }

    /// The code and length of the longest indexed string that comes next in the text.
    #[inline]
    pub(crate) fn longest_match<S: Symbol>(&mut self, text: &mut Text<S>, pairs: &Pairs) -> (usize, usize) {
        let limit = text.waiting().min(MAX_MATCH);
        let mut node = usize::from(text.symbols[text.at].code());
        let mut depth = 1;
        let mut best = (node, 1);
        while depth < limit {
            let symbol = text.symbols[text.at + depth].code();
            let Some(child) = self.children.find(node, symbol) else { break };
            if self.nodes[child].at == GONE {
                self.recall(child, text, pairs);
            }
            let Node { at, depth: end, code, .. } = self.nodes[child];
            let end = usize::from(end);
            if end > limit || !same(&text.symbols, at as usize + depth + 1, text.at + depth + 1, end - depth - 1) {
                break;
            }
            (node, depth) = (child, end);
            if code != 0 {
                best = (usize::from(code), end);
            }
        }
        best
    }

    /// Indexes the string of `length` symbols that ends with the phrase at the current symbol and starts with
    /// the one before it, whose code is `previous`, for `code`: if it is new, and the pool has nodes for it.
    #[inline]
    pub(crate) fn insert<S: Symbol>(
        &mut self,
        code: usize,
        previous: usize,
        length: usize,
        text: &mut Text<S>,
        pairs: &Pairs,
    ) {
        let mut node = usize::from(self.places[previous & CODE_MASK]);
        let mut depth = usize::from(self.nodes[node].depth);
        let start = text.at - depth;
        while depth < length {
            let symbol = text.symbols[start + depth].code();
            let Some(child) = self.children.find(node, symbol) else {
                return self.add_leaf(node, symbol, code, start, length);
            };
            if self.nodes[child].at == GONE {
                self.recall(child, text, pairs);
            }
            let Node { at, depth: end, .. } = self.nodes[child];
            let end = usize::from(end).min(length);
            let from = depth + 1;
            let equal = common(&text.symbols, at as usize + from, start + from, end - from);
            depth = from + equal;
            if depth < usize::from(self.nodes[child].depth) {
                return self.split(child, depth, code, start, length, text);
            }
            node = child;
        }
        self.name(node, code);
    }

    /// Takes the string of `code` out of the index, if it is there.
    #[inline]
    pub(crate) fn remove(&mut self, code: usize) {
        let node = usize::from(std::mem::take(&mut self.places[code & CODE_MASK]));
        if node == 0 {
            return;
        }
        self.nodes[node].code = 0;
        match self.nodes[node].children {
            0 => self.remove_leaf(node),
            1 => self.merge(node),
            _ => {}
        }
    }

    /// The string ends at a node: an older code keeps it.
    fn name(&mut self, node: usize, code: usize) {
        if self.nodes[node].code == 0 {
            self.nodes[node].code = code as u16;
            self.places[code & CODE_MASK] = node as u16;
        }
    }

    fn add_leaf(&mut self, parent: usize, first: u16, code: usize, at: usize, depth: usize) {
        let Some(node) = self.free.pop() else { return };
        let leaf = Node { at: at as u32, depth: depth as u16, parent: parent as u16, first, ..Node::default() };
        self.nodes[usize::from(node)] = leaf;
        self.nodes[parent].children += 1;
        self.nodes[parent].children_xor ^= node;
        self.children.insert(parent, first, usize::from(node));
        self.name(usize::from(node), code);
    }

    /// Puts a node into the edge to `child` at `depth`, and a leaf below it if the string goes on.
    fn split<S: Symbol>(&mut self, child: usize, depth: usize, code: usize, at: usize, length: usize, text: &Text<S>) {
        let cost = if depth == length { 1 } else { 2 };
        if self.free.len() < cost {
            return;
        }
        let Some(middle) = self.free.pop() else { return };
        let Node { at: child_at, parent, first, .. } = self.nodes[child];
        let below = text.symbols[child_at as usize + depth].code();
        self.nodes[usize::from(middle)] = Node {
            at: at as u32,
            depth: depth as u16,
            parent,
            first,
            code: 0,
            children: 1,
            children_xor: child as u16,
        };
        self.children.replace(usize::from(parent), first, child, usize::from(middle));
        self.nodes[usize::from(parent)].children_xor ^= child as u16 ^ middle;
        self.nodes[child].parent = middle;
        self.nodes[child].first = below;
        self.children.insert(usize::from(middle), below, child);
        if depth == length {
            self.name(usize::from(middle), code);
        } else {
            self.add_leaf(usize::from(middle), text.symbols[at + depth].code(), code, at, length);
        }
    }

    fn remove_leaf(&mut self, node: usize) {
        let Node { parent, first, .. } = self.nodes[node];
        let parent = usize::from(parent);
        self.children.remove(parent, first, node);
        self.free.push(node as u16);
        self.nodes[parent].children -= 1;
        self.nodes[parent].children_xor ^= node as u16;
        if self.nodes[parent].code == 0 && self.nodes[parent].children == 1 {
            self.merge(parent);
        }
    }

    /// Takes a node with one child and without a string out of its path.
    fn merge(&mut self, node: usize) {
        let Node { parent, first, children_xor: child, .. } = self.nodes[node];
        let child = usize::from(child);
        self.children.remove(node, self.nodes[child].first, child);
        self.children.replace(usize::from(parent), first, node, child);
        self.nodes[usize::from(parent)].children_xor ^= (node ^ child) as u16;
        self.nodes[child].parent = parent;
        self.nodes[child].first = first;
        self.free.push(node as u16);
    }

    /// Follows the text when it moves.
    pub(crate) fn slide(&mut self, by: u32) {
        let front = RECALLED as u32;
        for node in &mut self.nodes[FIRST_ENTRY..] {
            if node.at >= front + by {
                node.at -= by;
            } else if node.at >= front {
                node.at = GONE;
            }
        }
    }

    /// Puts the string of a node that has left the text into the area in front of it.
    #[cold]
    fn recall<S: Symbol>(&mut self, node: usize, text: &mut Text<S>, pairs: &Pairs) {
        let depth = usize::from(self.nodes[node].depth);
        // The string of a code below the node is at most two phrases long.
        if text.recalled + 2 * MAX_MATCH > RECALLED {
            self.forget_recalled(text);
        }
        let start = text.recalled;
        let mut end = start;
        let mut parts = vec![self.code_below(node)];
        while let Some(code) = parts.pop() {
            if end >= start + depth {
                break;
            }
            end = self.recall_part(code, end, &mut parts, text, pairs);
        }
        text.recalled = start + depth;
        self.nodes[node].at = start as u32;
    }

    fn forget_recalled<S>(&mut self, text: &mut Text<S>) {
        text.recalled = 1;
        self.nodes.iter_mut().filter(|node| (node.at as usize) < RECALLED).for_each(|node| node.at = GONE);
    }

    /// Writes the string of a code at `end` of the area, or puts its parts on the stack.
    fn recall_part<S: Symbol>(
        &self,
        code: usize,
        end: usize,
        parts: &mut Vec<usize>,
        text: &mut Text<S>,
        pairs: &Pairs,
    ) -> usize {
        if code < FIRST_ENTRY {
            text.symbols[end] = S::of_code(code as u16);
            return end + 1;
        }
        let Node { at, depth, .. } = self.nodes[usize::from(self.places[code & CODE_MASK])];
        if at == GONE {
            let (left, right) = pairs.parts(code);
            parts.extend([right, left]);
            return end;
        }
        let (at, depth) = (at as usize, usize::from(depth));
        text.symbols.copy_within(at..at + depth, end);
        end + depth
    }

    /// A code whose string starts with the string of `node`.
    fn code_below(&self, mut node: usize) -> usize {
        while self.nodes[node].code == 0 {
            let child = (1..=MARK).find_map(|symbol| self.children.find(node, symbol));
            // A node without a string has children.
            node = child.unwrap_or(0);
            if node == 0 {
                return usize::from(MARK);
            }
        }
        usize::from(self.nodes[node].code)
    }
}

/// True if `length` symbols at two places are the same.
#[inline]
fn same<S: Symbol>(symbols: &[S], one: usize, other: usize, length: usize) -> bool {
    length == 0 || symbols[one..one + length] == symbols[other..other + length]
}

/// How many of `length` symbols at two places are the same from the start.
#[inline]
fn common<S: Symbol>(symbols: &[S], one: usize, other: usize, length: usize) -> usize {
    let (one, other) = (&symbols[one..one + length], &symbols[other..other + length]);
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

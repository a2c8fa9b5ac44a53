//! The rules of the format, written down as plainly as possible, to compare the fast codecs with.
//!
//! Symbols are 1..=256 for bytes and 257 for a mark. Nothing here is fast, and nothing is streamed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::pack::{ENTRIES, FIRST_ENTRY};

const BLANK: u16 = 0x41;

/// The PACK dictionary with its list of entries, most recent first.
struct Lru {
    father: Vec<usize>,
    last: Vec<u16>,
    list: VecDeque<usize>,
}

impl Lru {
    fn new() -> Self {
        let father = (0..ENTRIES).map(|entry| if entry == FIRST_ENTRY { usize::from(BLANK) } else { entry.max(1) - 1 });
        Self { father: father.collect(), last: vec![BLANK; ENTRIES], list: (FIRST_ENTRY..ENTRIES).collect() }
    }

    fn recycle(&mut self) -> usize {
        self.list.pop_back().expect("the list is never empty")
    }

    /// Moves the new entry, the phrase and its ancestors to the front, each before the former.
    fn touch(&mut self, entry: usize, phrase: usize) {
        self.list.push_front(entry);
        let mut node = phrase;
        while node >= FIRST_ENTRY {
            let at = self.list.iter().position(|&other| other == node).expect("an entry in use is in the list");
            self.list.remove(at);
            self.list.push_front(node);
            node = self.father[node];
        }
        self.father[entry] = phrase;
    }

    fn string(&self, mut node: usize) -> Vec<u16> {
        let mut string = Vec::new();
        while node >= FIRST_ENTRY {
            string.push(self.last[node]);
            node = self.father[node];
        }
        string.push(node as u16);
        string.reverse();
        string
    }
}

pub(super) fn unpack(codes: &[u16]) -> Option<Vec<u16>> {
    let mut lru = Lru::new();
    let mut symbols = Vec::new();
    let mut newest = None;
    for &code in codes {
        let (code, entry) = (usize::from(code), lru.recycle());
        if code == entry {
            return None;
        }
        lru.touch(entry, code);
        if let Some(newest) = newest {
            lru.last[newest] = lru.string(code)[0];
        }
        symbols.extend(lru.string(code));
        newest = Some(entry);
    }
    Some(symbols)
}

pub(super) fn pack(symbols: &[u16]) -> Vec<u16> {
    let mut lru = Lru::new();
    let mut children: HashMap<(usize, u16), usize> = HashMap::new();
    for entry in FIRST_ENTRY..ENTRIES {
        children.insert((lru.father[entry], BLANK), entry);
    }
    let mut codes = Vec::new();
    let mut rest = symbols.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let entry = lru.recycle();
        children.remove(&(lru.father[entry], lru.last[entry]));
        let mut phrase = usize::from(first);
        while let Some(&child) = rest.peek().and_then(|&symbol| children.get(&(phrase, symbol))) {
            phrase = child;
            rest.next();
        }
        codes.push(phrase as u16);
        lru.touch(entry, phrase);
        if let Some(&symbol) = rest.peek() {
            lru.last[entry] = symbol;
            children.insert((phrase, symbol), entry);
        }
    }
    codes
}

/// The SPACK dictionary.
struct Pairs {
    parts: HashMap<usize, (usize, usize)>,
    uses: HashMap<usize, usize>,
    queue: VecDeque<usize>,
    free: Vec<usize>,
}

impl Pairs {
    fn new() -> Self {
        let free = (FIRST_ENTRY..ENTRIES).rev().collect();
        Self { parts: HashMap::new(), uses: HashMap::new(), queue: VecDeque::new(), free }
    }

    /// Recycles a pair if no code is free.
    fn make_room(&mut self) -> Option<usize> {
        if !self.free.is_empty() {
            return None;
        }
        let oldest = self.queue.pop_front().expect("the newest pair is in the queue");
        let (left, right) = self.parts.remove(&oldest).expect("a pair in the queue exists");
        for part in [left, right] {
            let uses = self.uses.get_mut(&part).expect("a part is in use");
            *uses -= 1;
            if *uses == 0 && part >= FIRST_ENTRY {
                self.queue.push_back(part);
            }
        }
        self.free.push(oldest);
        Some(oldest)
    }

    fn join(&mut self, left: usize, right: usize) -> usize {
        let code = self.free.pop().expect("there is room");
        self.parts.insert(code, (left, right));
        for part in [left, right] {
            *self.uses.entry(part).or_default() += 1;
            self.queue.retain(|&other| other != part);
        }
        self.uses.insert(code, 0);
        self.queue.push_back(code);
        code
    }

    fn string(&self, code: usize) -> Vec<u16> {
        match self.parts.get(&code) {
            Some(&(left, right)) => [self.string(left), self.string(right)].concat(),
            None => vec![code as u16],
        }
    }
}

/// Unpacks until a code has no entry. Data longer than `limit` are not continued.
pub(super) fn unspack(codes: &[u16], limit: usize) -> Option<Vec<u16>> {
    let mut pairs = Pairs::new();
    let mut symbols = Vec::new();
    let mut previous = None;
    for &code in codes {
        let code = usize::from(code);
        if previous.is_some() {
            pairs.make_room();
        }
        if symbols.len() > limit || (code >= FIRST_ENTRY && !pairs.parts.contains_key(&code)) {
            return None;
        }
        symbols.extend(pairs.string(code));
        if let Some(previous) = previous {
            pairs.join(previous, code);
        }
        previous = Some(code);
    }
    Some(symbols)
}

/// The indexed strings, and how many nodes of the pool a trie of them takes.
struct Strings {
    codes: BTreeMap<Vec<u16>, usize>,
    used: usize,
}

impl Strings {
    /// Nodes that the trie would need in addition for `string`: its own, and the point where it branches off.
    fn cost(&self, string: &[u16]) -> usize {
        let before = self.codes.range(..string.to_vec()).next_back();
        let after = self.codes.range(string.to_vec()..).next();
        let shared = before.into_iter().chain(after).map(|(other, _)| shared(other, string)).max().unwrap_or(0).max(1);
        if shared == string.len() {
            return usize::from(!self.is_node(string));
        }
        1 + usize::from(!self.is_node(&string[..shared]))
    }

    /// The longest indexed string that `text` starts with.
    fn longest_prefix(&self, mut text: &[u16]) -> Option<(usize, usize)> {
        loop {
            let (string, &code) = self.codes.range(..=text.to_vec()).next_back()?;
            match shared(string, text) {
                0 => return None,
                all if all == string.len() => return Some((code, all)),
                some => text = &text[..some],
            }
        }
    }

    fn is_node(&self, prefix: &[u16]) -> bool {
        let below = self.codes.range(prefix.to_vec()..).take_while(|(string, _)| string.starts_with(prefix));
        let mut next: Vec<_> = below.map(|(string, _)| string.get(prefix.len())).collect();
        next.dedup();
        prefix.len() == 1 || next.first() == Some(&None) || next.len() > 1
    }
}

fn shared(one: &[u16], other: &[u16]) -> usize {
    one.iter().zip(other).take_while(|(one, other)| one == other).count()
}

/// Packs with phrases of at most `longest` symbols and a pool of `pool` nodes.
pub(super) fn spack(symbols: &[u16], longest: usize, pool: usize) -> Vec<u16> {
    let mut pairs = Pairs::new();
    let mut strings = Strings { codes: BTreeMap::new(), used: 0 };
    let mut codes: Vec<u16> = Vec::new();
    let mut previous: Option<(usize, usize)> = None;
    let mut at = 0;
    while at < symbols.len() {
        if previous.is_some()
            && let Some(victim) = pairs.make_room()
        {
            forget(&mut strings, victim);
        }
        let rest = &symbols[at..symbols.len().min(at + longest)];
        let (code, length) = strings.longest_prefix(rest).unwrap_or((usize::from(rest[0]), 1));
        codes.push(code as u16);
        if let Some((left, before)) = previous {
            let string = &symbols[at - before..at + length];
            let entry = pairs.join(left, code);
            let cost = strings.cost(string);
            if !strings.codes.contains_key(string) && strings.used + cost <= pool {
                strings.codes.insert(string.to_vec(), entry);
                strings.used += cost;
            }
        }
        previous = Some((code, length));
        at += length;
    }
    codes
}

fn forget(strings: &mut Strings, victim: usize) {
    let string = strings.codes.iter().find(|&(_, &code)| code == victim).map(|(string, _)| string.clone());
    if let Some(string) = string {
        strings.codes.remove(&string);
        strings.used -= strings.cost(&string);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
    use proptest::test_runner::Config;

    use super::super::pack::{MARK, decode::PackDecoder, encode::PackEncoder};
    use super::super::spack::{decode::SpackDecoder, encode::SpackEncoder};
    use super::super::window::{RDW, Window};
    use super::super::{Fault, Unpacked};

    const LONGEST: usize = 2047;
    const POOL: usize = 4656;

    fn fast_pack(symbols: &[u16]) -> Vec<u16> {
        let mut encoder = PackEncoder::new();
        let mut codes = Vec::new();
        for piece in symbols.split_inclusive(|&symbol| symbol == MARK) {
            let bytes = piece.strip_suffix(&[MARK]);
            encoder.put_bytes(&bytes_of(bytes.unwrap_or(piece)), &mut codes);
            if bytes.is_some() {
                encoder.put_mark(&mut codes);
            }
        }
        encoder.finish(&mut codes);
        codes
    }

    fn fast_spack(symbols: &[u16], pool: usize) -> Vec<u16> {
        let mut encoder = SpackEncoder::<u16>::with_pool(pool);
        let mut codes = Vec::new();
        for piece in symbols.split_inclusive(|&symbol| symbol == MARK) {
            let bytes = piece.strip_suffix(&[MARK]);
            encoder.put_bytes(&bytes_of(bytes.unwrap_or(piece)), &mut codes);
            if bytes.is_some() {
                encoder.put_mark(&mut codes);
            }
        }
        encoder.finish(&mut codes);
        codes
    }

    fn fast_spack_bytes(symbols: &[u16], pool: usize) -> Vec<u16> {
        let mut encoder = SpackEncoder::<u8>::with_pool(pool);
        let mut codes = Vec::new();
        encoder.put_bytes(&bytes_of(symbols), &mut codes);
        encoder.finish(&mut codes);
        codes
    }

    fn bytes_of(symbols: &[u16]) -> Vec<u8> {
        symbols.iter().map(|&symbol| (symbol - 1) as u8).collect()
    }

    /// Runs a decoder over the codes with a window that slides; gives the bytes and the place of a fault. What
    /// grows too much gives more than [`LIMIT`] bytes.
    fn fast_expand(
        codes: &[u16],
        mut expand: impl FnMut(&[u16], &mut Window, Step) -> Unpacked,
    ) -> (Vec<u8>, Option<(usize, Fault)>) {
        let mut window = Window::new(LONGEST_RECORD);
        let (mut bytes, mut used) = (Vec::new(), 0);
        loop {
            let done = expand(&codes[used..], &mut window, Step::Expand);
            used += done.used;
            let ended = used == codes.len() && !window.is_full();
            if ended || done.stopped.is_some() {
                window.close_record();
            }
            let ready = window.ready();
            bytes.extend_from_slice(window.lend(ready));
            if ended || done.stopped.is_some() {
                return (bytes, done.stopped.map(|fault| (used, fault)));
            }
            if bytes.len() > LIMIT || window.has_long_record() {
                return (vec![0; LIMIT + 1], None);
            }
            expand(&[], &mut window, Step::Slide);
        }
    }

    #[derive(PartialEq)]
    enum Step {
        Expand,
        Slide,
    }

    /// Bytes after which random codes are not followed any further.
    const LIMIT: usize = 2 << 20;

    fn slid(window: &mut Window, follow: impl FnOnce(super::super::window::Slide, &Window)) -> Unpacked {
        let slide = window.next_slide();
        if !slide.is_nothing() {
            follow(slide, window);
            window.slide(slide);
        }
        Unpacked { used: 0, stopped: None }
    }

    fn fast_unpack(codes: &[u16], marks: bool) -> (Vec<u8>, Option<(usize, Fault)>) {
        let mut decoder = PackDecoder::new(marks);
        fast_expand(codes, |codes, window, step| match step {
            Step::Slide => slid(window, |slide, window| decoder.slide(slide, window)),
            Step::Expand if marks => decoder.expand_records(codes, window),
            Step::Expand => decoder.expand_bytes(codes, window),
        })
    }

    fn fast_unspack(codes: &[u16], marks: bool) -> (Vec<u8>, Option<(usize, Fault)>) {
        let mut decoder = SpackDecoder::new(marks);
        fast_expand(codes, |codes, window, step| match step {
            Step::Slide => slid(window, |slide, _| decoder.slide(slide)),
            Step::Expand if marks => decoder.expand::<true>(codes, window),
            Step::Expand => decoder.expand::<false>(codes, window),
        })
    }

    const LONGEST_RECORD: usize = 60_000;

    fn has_long_record(symbols: &[u16]) -> bool {
        symbols.split(|&symbol| symbol == MARK).any(|record| record.len() > LONGEST_RECORD)
    }

    /// Records with RDWs as a decoder gives them, from symbols.
    fn described(symbols: &[u16]) -> Vec<u8> {
        let mut bytes = Vec::new();
        if symbols.is_empty() {
            return bytes;
        }
        for record in symbols.split(|&symbol| symbol == MARK) {
            let length = (record.len() + RDW) as u16;
            bytes.extend([length.to_be_bytes(), [0, 0]].concat());
            bytes.extend(bytes_of(record));
        }
        bytes
    }

    /// Text-like data: pieces that come again, runs, noise.
    fn symbols(marks: bool) -> impl Strategy<Value = Vec<u16>> {
        let highest = if marks { 257_u16 } else { 256 };
        let letter = prop_oneof![4 => 0x41..0x45_u16, 1 => 1..=highest, 1 => Just(0x41), 1 => Just(highest)];
        let word = prop::collection::vec(letter, 1..40);
        let run = (1..=highest, 1..3000_usize).prop_map(|(symbol, count)| vec![symbol; count]);
        let piece = prop_oneof![12 => word, 1 => run];
        (prop::collection::vec(piece, 1..60), prop::collection::vec(any::<prop::sample::Index>(), 0..1500)).prop_map(
            |(pieces, order)| {
                let again = order.into_iter().flat_map(|index| index.get(&pieces).clone());
                // Few enough to stay below LIMIT, with an RDW for each.
                pieces.concat().into_iter().chain(again).take(LIMIT / 4).collect()
            },
        )
    }

    fn few() -> Config {
        Config { cases: 24, ..Config::default() }
    }

    proptest! {
        #![proptest_config(few())]

        #[test]
        fn pack_of_bytes_equals_the_plain_rules(symbols in symbols(false)) {
            let codes = fast_pack(&symbols);
            assert!(codes == super::pack(&symbols));
            assert!(super::unpack(&codes) == Some(symbols.clone()));
            assert!(fast_unpack(&codes, false) == (bytes_of(&symbols), None));
        }

        #[test]
        fn pack_of_records_equals_the_plain_rules(symbols in symbols(true)) {
            let codes = fast_pack(&symbols);
            assert!(codes == super::pack(&symbols));
            assert!(has_long_record(&symbols) || fast_unpack(&codes, true) == (described(&symbols), None));
        }

        #[test]
        fn spack_of_bytes_equals_the_plain_rules(symbols in symbols(false), pool in 2..300_usize) {
            let codes = fast_spack_bytes(&symbols, pool);
            assert!(codes == super::spack(&symbols, LONGEST, pool));
            assert!(fast_unspack(&codes, false) == (bytes_of(&symbols), None));
        }

        #[test]
        fn spack_of_records_equals_the_plain_rules(symbols in symbols(true)) {
            let codes = fast_spack(&symbols, POOL);
            assert!(codes == super::spack(&symbols, LONGEST, POOL));
            assert!(super::unspack(&codes, usize::MAX) == Some(symbols.clone()));
            assert!(has_long_record(&symbols) || fast_unspack(&codes, true) == (described(&symbols), None));
        }

        #[test]
        fn any_pack_codes_are_read_as_the_plain_rules_read_them(codes in any_codes()) {
            let (bytes, fault) = fast_unpack(&codes, true);
            if bytes.len() > LIMIT {
                return Ok(());
            }
            let end = fault.map_or(codes.len(), |(at, _)| at);
            assert!(described(&super::unpack(&codes[..end]).expect("good up to the fault")) == bytes);
            if let Some((at, fault)) = fault {
                assert_eq!((super::unpack(&codes[..=at]), fault), (None, Fault::Loop));
            }
        }

        #[test]
        fn any_spack_codes_are_read_as_the_plain_rules_read_them(codes in hostile(), marks in any::<bool>()) {
            let (bytes, fault) = fast_unspack(&codes, marks);
            if bytes.len() > LIMIT {
                return Ok(());
            }
            let end = fault.map_or(codes.len(), |(at, _)| at);
            let symbols = super::unspack(&codes[..end], 2 * LIMIT).expect("good up to the fault");
            assert!(if marks { described(&symbols) == bytes } else { bytes_of(&symbols) == bytes });
            match fault {
                Some((at, Fault::NoEntry)) => assert!(super::unspack(&codes[..=at], 2 * LIMIT).is_none()),
                Some((at, fault)) => assert_eq!((codes[at], marks, fault), (MARK, false, Fault::Mark)),
                None => {}
            }
        }
    }

    /// Codes without any plan, with marks.
    fn any_codes() -> impl Strategy<Value = Vec<u16>> {
        prop::collection::vec(prop_oneof![20 => 1..4096_u16, 1 => Just(MARK)], 1..9000)
    }

    /// Codes near those that exist, so that they are followed for a while and strings grow fast.
    fn hostile() -> impl Strategy<Value = Vec<u16>> {
        prop::collection::vec((0..60_u16, any::<bool>()), 1..4500).prop_map(|choices| {
            let known = |at: usize| 257 + (at as u16).min(3800);
            let code = |(at, (back, literal)): (usize, (u16, bool))| {
                if literal || at < 70 { 0x41 + back % 5 } else { known(at) - back }
            };
            choices.into_iter().enumerate().map(code).collect()
        })
    }
}

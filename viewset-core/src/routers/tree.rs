//! Which route does a path lead to? A prefix tree over the segments of URL patterns, which answers
//! like Django's list of regexes tried one after another, at a cost that hardly depends on their
//! number.
//!
//! Reading patterns is left to [`pattern`](super::pattern), decoding paths to
//! [`percent`](super::percent).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;

use regex::Regex;

use super::pattern::{Constraint, Layout, Pattern, Piece};

/// When a route is tried: `2k` for the `k`th pattern, `2k + 1` for its twin with a format suffix.
type Order = usize;

/// Patterns, each with a value. Of all patterns that match a path, the one inserted first wins.
#[derive(Debug)]
pub(crate) struct Tree<T> {
    routes: Vec<Route<T>>,
    shapes: HashMap<String, usize>,
    plain: Node,
    /// The patterns that take a format suffix, without the slashes at their end.
    stems: Node,
}

#[derive(Debug)]
struct Route<T> {
    pattern: Pattern,
    value: T,
}

/// A pattern that a [`Tree`] finds.
#[derive(Debug)]
pub(crate) struct Found<'t, 'p, T> {
    /// What the pattern was inserted with.
    pub(crate) value: &'t T,
    /// The `json` of `users.json`.
    pub(crate) format: Option<&'p str>,
    layout: &'t Layout,
    /// Without the format.
    path: &'p str,
}

impl<T> Tree<T> {
    /// A tree that finds nothing.
    pub(crate) fn new() -> Self {
        let (plain, stems) = (Node::new(0), Node::new(0));
        Tree { routes: Vec::new(), shapes: HashMap::new(), plain, stems }
    }

    /// Adds a pattern after those that are there. With `format_suffix` it also matches as
    /// `\.(?P<format>[a-z0-9]+)/?$` after the pattern without its trailing slash, which is tried
    /// right after the pattern itself (DRF's `format_suffix_patterns`). The one difference: a `$`
    /// inside the regex of an argument, with which nothing ever matches in Django, sees the end of
    /// the path before the suffix.
    ///
    /// # Errors
    ///
    /// A pattern that is there already, whatever its arguments are called: this one could never
    /// be found. The tree stays as it was.
    pub(crate) fn insert(
        &mut self,
        pattern: &Pattern,
        format_suffix: bool,
        value: T,
    ) -> Result<(), Conflict> {
        let (index, shape) = (self.routes.len(), pattern.shape());
        if let Some(&first) = self.shapes.get(&shape) {
            let text = |pattern: &Pattern| pattern.as_str().to_owned();
            return Err(Conflict {
                pattern: text(pattern),
                existing: text(&self.routes[first].pattern),
            });
        }
        self.shapes.insert(shape, index);
        self.plain.insert(pattern.layout(), 2 * index);
        if format_suffix {
            self.stems.insert(pattern.stem(), 2 * index + 1);
        }
        self.routes.push(Route { pattern: pattern.clone(), value });
        Ok(())
    }

    /// Finds a path, which is percent-decoded and has no leading slash.
    ///
    /// Only regexes that end up as tails allocate.
    pub(crate) fn find<'t, 'p>(&'t self, path: &'p str) -> Option<Found<'t, 'p, T>> {
        let mut best = Order::MAX;
        self.plain.search(Some(path), &mut best);
        let suffixed = if self.stems.is_empty() { None } else { split_format(path) };
        if let Some((stem, _)) = suffixed {
            self.stems.search(Some(stem), &mut best);
        }
        let Route { pattern, value } = self.routes.get(best / 2)?;
        let (layout, path, format) = match suffixed {
            Some((stem, format)) if best % 2 == 1 => (pattern.stem(), stem, Some(format)),
            _ => (pattern.layout(), path, None),
        };
        Some(Found { value, format, layout, path })
    }
}

impl<'t, 'p, T> Found<'t, 'p, T> {
    /// Tells name and value of each argument, in the order of the path, without the format.
    pub(crate) fn each_kwarg(&self, mut tell: impl FnMut(&'t str, &'p str)) {
        let mut rest = Some(self.path);
        for step in self.layout.steps_with_values() {
            let segment = Segment::first_of(rest.unwrap_or_default());
            if let Piece::Placeholder(placeholder) = step {
                tell(&placeholder.name, segment.text);
            }
            rest = segment.after;
        }
        let Some((regex, rest)) = self.layout.tail.as_ref().zip(rest) else { return };
        let Some(captures) = regex.captures(rest) else { return };
        for name in regex.capture_names().flatten() {
            tell(name, captures.name(name).map_or("", |value| value.as_str()));
        }
    }
}

/// What stands before and after the dot in `users.json` and `users.json/`. The format has no dot
/// and no slash, so only the last dot of the path can be the one.
fn split_format(path: &str) -> Option<(&str, &str)> {
    let (stem, format) = path.strip_suffix('/').unwrap_or(path).rsplit_once('.')?;
    let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (!format.is_empty() && format.bytes().all(valid)).then_some((stem, format))
}

/// The first segment of a path.
struct Segment<'p> {
    text: &'p str,
    /// Its first bytes, as [`head`] has them.
    head: u64,
    /// What follows, if there is a slash.
    after: Option<&'p str>,
}

impl<'p> Segment<'p> {
    fn first_of(path: &'p str) -> Self {
        let first = first_bytes(path.as_bytes());
        if let Some(at) = slash_in(first) {
            return Self::ending_at(at, path, first & !(u64::MAX << (8 * at)));
        }
        match path.as_bytes().get(HEAD..).and_then(slash_behind) {
            Some(at) => Self::ending_at(at + HEAD, path, first),
            None => Self { text: path, head: first.swap_bytes(), after: None },
        }
    }

    fn ending_at(slash: usize, path: &'p str, first: u64) -> Self {
        let text = path.get(..slash).unwrap_or_default();
        Self { text, head: first.swap_bytes(), after: path.get(slash + 1..) }
    }
}

/// Where the first slash is. Segments are short: nothing that looks at many bytes at a time is faster.
fn slash_behind(bytes: &[u8]) -> Option<usize> {
    let mut chunks = bytes.chunks(HEAD).enumerate();
    chunks.find_map(|(place, chunk)| Some(HEAD * place + slash_in(first_bytes(chunk))?))
}

/// Which of these bytes is the first slash, counted from the lowest.
fn slash_in(bytes: u64) -> Option<usize> {
    // A byte that is zero where a slash was; above it there may be others that seem to be.
    let other = bytes ^ SLASHES;
    let slashes = other.wrapping_sub(ONES) & !other & ONES << 7;
    (slashes != 0).then(|| slashes.trailing_zeros() as usize / 8)
}

/// A one, and a slash, in each byte.
const ONES: u64 = u64::from_le_bytes([1; HEAD]);
const SLASHES: u64 = u64::from_le_bytes([b'/'; HEAD]);

/// A segment of a pattern, to be compared with those of paths: most differ in their first bytes, or have no more.
#[derive(Debug)]
struct Literal {
    head: u64,
    text: Box<str>,
}

impl Literal {
    /// As its text compares with a segment that begins so.
    fn compare(&self, segment: &str, head: u64) -> Ordering {
        self.head.cmp(&head).then_with(|| match self.text.len().max(segment.len()) {
            ..=HEAD => self.text.len().cmp(&segment.len()),
            _ => (*self.text).cmp(segment),
        })
    }

    /// Whether its text is this segment.
    fn is(&self, segment: &str, head: u64) -> bool {
        let may_be = self.head == head && self.text.len() == segment.len();
        may_be && (segment.len() <= HEAD || *self.text == *segment)
    }
}

/// How many bytes a head has.
const HEAD: usize = 8;

/// The first bytes of a segment, which compare as it does; zeros stand for those that it lacks.
fn head(segment: &str) -> u64 {
    first_bytes(segment.as_bytes()).swap_bytes()
}

/// The same, the first one lowest.
fn first_bytes(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk() {
        return u64::from_le_bytes(*first);
    }
    bytes.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The patterns that share their first segments.
#[derive(Debug)]
struct Node {
    /// The lowest order below this node.
    first: Order,
    /// The pattern that ends here.
    end: Option<Order>,
    /// Sorted by segment.
    literals: Vec<(Literal, Node)>,
    placeholders: Vec<(Constraint, Node)>,
    /// The patterns whose rest is a regex, in order.
    tails: Vec<(Order, Regex)>,
}

impl Node {
    fn new(first: Order) -> Node {
        let (literals, placeholders) = (Vec::new(), Vec::new());
        Node { first, end: None, literals, placeholders, tails: Vec::new() }
    }

    fn is_empty(&self) -> bool {
        self.end.is_none()
            && self.literals.is_empty()
            && self.placeholders.is_empty()
            && self.tails.is_empty()
    }

    fn insert(&mut self, layout: &Layout, order: Order) {
        let mut node = self;
        for step in &layout.steps {
            node = match step {
                Piece::Literal(segment) => node.literal(segment, order),
                Piece::Placeholder(placeholder) => node.placeholder(&placeholder.constraint, order),
            };
        }
        match &layout.tail {
            Some(regex) => node.tails.push((order, regex.clone())),
            // The stems of `users` and `users/` are the same, and the earlier one is found.
            None => _ = node.end.get_or_insert(order),
        }
    }

    fn literal(&mut self, segment: &str, order: Order) -> &mut Node {
        let head = head(segment);
        let found = self.literals.binary_search_by(|(literal, _)| literal.compare(segment, head));
        let index = found.unwrap_or_else(|index| {
            self.literals.insert(index, (Literal { head, text: segment.into() }, Node::new(order)));
            index
        });
        &mut self.literals[index].1
    }

    fn placeholder(&mut self, constraint: &Constraint, order: Order) -> &mut Node {
        let same = |(known, _): &(Constraint, Node)| known.as_str() == constraint.as_str();
        let index = self.placeholders.iter().position(same).unwrap_or_else(|| {
            self.placeholders.push((constraint.clone(), Node::new(order)));
            self.placeholders.len() - 1
        });
        &mut self.placeholders[index].1
    }

    /// The node below the literal that is this segment.
    fn below(&self, segment: &str, head: u64) -> Option<&Node> {
        let place = match self.literals.len() {
            ..=FEW => self.literals.iter().position(|(literal, _)| literal.is(segment, head)),
            _ => {
                let compare = |(literal, _): &(Literal, _)| literal.compare(segment, head);
                self.literals.binary_search_by(compare).ok()
            }
        };
        place.map(|place| &self.literals[place].1)
    }

    /// Lowers `best` to the order of the first pattern below this node that matches the rest of a
    /// path; `None` is the rest after the last segment.
    ///
    /// A node has one parent and its depth says which segment it sees, so that one search enters
    /// each node at most once: the work is bounded by the size of the tree and the stack by its
    /// depth, whatever the path. Pruning by `first` usually leaves a handful of nodes.
    fn search(&self, mut rest: Option<&str>, best: &mut Order) {
        let mut node = self;
        while let Some(path) = rest {
            let segment = Segment::first_of(path);
            let literal = node.below(segment.text, segment.head);
            let literal = literal.filter(|below| below.first < *best);
            // Where there is one way, nothing has to come back.
            let next = match (literal, &*node.placeholders) {
                _ if !node.tails.is_empty() => return node.try_all(literal, path, &segment, best),
                (next, []) => next,
                (None, [(constraint, below)]) => {
                    let fits = below.first < *best && constraint.accepts(segment.text);
                    fits.then_some(below)
                }
                _ => return node.try_all(literal, path, &segment, best),
            };
            let Some(next) = next else { return };
            (node, rest) = (next, segment.after);
        }
        *best = node.end.map_or(*best, |end| end.min(*best));
    }

    /// Searches all that is below, where a segment may be more than one of it; `literal` is the node of that which it is
    /// itself.
    fn try_all(&self, literal: Option<&Node>, path: &str, segment: &Segment<'_>, best: &mut Order) {
        if let Some(below) = literal {
            below.search(segment.after, best);
        }
        for (constraint, below) in &self.placeholders {
            if below.first < *best && constraint.accepts(segment.text) {
                below.search(segment.after, best);
            }
        }
        for (order, regex) in self.tails.iter().take_while(|(order, _)| order < best) {
            if regex.is_match(path) {
                *best = *order;
                return;
            }
        }
    }
}

/// So many literals are looked through one by one.
const FEW: usize = 8;

/// A pattern that is in the tree already, perhaps with other names for its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The pattern that was refused.
    pub(crate) pattern: String,
    /// The pattern that was there.
    pub(crate) existing: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Conflict { pattern, existing } = self;
        write!(
            f,
            "URL pattern `{pattern}` can never be reached: `{existing}` matches the same paths"
        )
    }
}

impl Error for Conflict {}

#[cfg(test)]
mod tests;

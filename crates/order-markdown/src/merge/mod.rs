//! Two texts of one order that both came from a third, brought together block by block.
//!
//! A block is what it says, its box, and the blank lines after it, and each of the three is brought together by itself: whoever
//! ticks a box and whoever changes words beside it hinder nobody. Where both sides changed the same words, or one changed what
//! the other took out, nothing is chosen here: [`Clash`] has all three. Every line of either side stands in what was agreed or in
//! a clash, but for lines that the other side took out and this one left alone.

use std::ops::Range;

use crate::read::blocks::blocks_of;
use crate::read::boxes;

/// What came of two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    pub parts: Vec<Part>,
}

/// A part of what came of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The same on both sides, or changed on one.
    Agreed(String),
    Clash(Clash),
}

/// A place that both sides changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub base: String,
    pub file: String,
    pub here: String,
}

/// Which side is taken where both changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    File,
    Here,
}

impl Merged {
    /// The places that both changed.
    pub fn clashes(&self) -> impl Iterator<Item = &Clash> {
        self.parts.iter().filter_map(|part| match part {
            Part::Clash(clash) => Some(clash),
            Part::Agreed(_) => None,
        })
    }

    /// The text, where the sides agree everywhere.
    pub fn text(&self) -> Option<String> {
        self.clashes().next().is_none().then(|| self.with(&[]))
    }

    /// The text with a side for each clash, in their order; what is here where none is said.
    pub fn with(&self, sides: &[Side]) -> String {
        let mut sides = sides.iter();
        let mut text = String::new();
        for part in &self.parts {
            let said = match part {
                Part::Agreed(said) => said,
                Part::Clash(clash) => match sides.next() {
                    Some(Side::File) => &clash.file,
                    _ => &clash.here,
                },
            };
            join(&mut text, said);
        }
        text
    }
}

/// Puts a piece of text on a line of its own.
fn join(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() && !text.ends_with(['\n', '\r']) {
        text.push_str(if text.contains("\r\n") { "\r\n" } else { "\n" });
    }
    text.push_str(more);
}

/// The text with every box open: what a plan says, whatever was ticked.
pub fn opened(text: &str) -> String {
    pieces(text).iter().flat_map(|piece| [piece.words.as_str(), piece.tail.as_str()]).collect()
}

/// Brings together what a file and this place made of the same text.
pub fn merge(base: &str, file: &str, here: &str) -> Merged {
    let (base, file, here) = (pieces(base), pieces(file), pieces(here));
    let merger = Merger {
        from_file: hunks(&base, &file),
        from_here: hunks(&base, &here),
        base: &base,
        file: &file,
        here: &here,
        out: Vec::new(),
    };
    merger.run()
}

/// A block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its words with the box open.
    pub(crate) words: String,
    /// Where its box stands in them and how it is written.
    mark: Option<(usize, String)>,
    /// The line end and the blank lines after it.
    tail: String,
}

impl Piece {
    fn written(&self) -> String {
        let Some((at, sign)) = &self.mark else { return format!("{}{}", self.words, self.tail) };
        let (before, rest) = self.words.split_at_checked(*at).unwrap_or((&self.words, ""));
        let open = boxes::at_start(rest).map_or(0, |it| it.length);
        format!("{before}{sign}{}{}", rest.get(open..).unwrap_or_default(), self.tail)
    }

    fn sign(&self) -> &str {
        self.mark.as_ref().map_or("", |(_, sign)| sign)
    }

    /// A piece made of a source and the place of the box in it.
    pub(crate) fn of(source: &str, mark: Option<usize>) -> Self {
        let bare = source.trim_end_matches(['\n', '\r', ' ', '\t']);
        let (words, tail) = source.split_at(bare.len());
        let found = mark.and_then(|at| Some((at, boxes::at_start(words.get(at..)?)?)));
        let Some((at, found)) = found else {
            return Self { words: words.to_owned(), mark: None, tail: tail.to_owned() };
        };
        let sign = words.get(at..at + found.length).unwrap_or_default().to_owned();
        let open = if found.is_ticked { boxes::turned(&sign) } else { sign.clone() };
        let words = [words.get(..at), Some(&open), words.get(at + found.length..)];
        Self { words: words.into_iter().flatten().collect(), mark: Some((at, sign)), tail: tail.to_owned() }
    }
}

pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let blocks = blocks_of(text).blocks;
    let piece = |block: &crate::model::Block| {
        Piece::of(
            block.source.as_deref().unwrap_or_default(),
            block.mark.and_then(|it| usize::try_from(it).ok()),
        )
    };
    blocks.iter().map(piece).filter(|piece| !piece.words.is_empty() || !piece.tail.is_empty()).collect()
}

/// What one side put in the place of some of the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub(crate) base: Range<usize>,
    pub(crate) side: Range<usize>,
}

/// More pairs than are compared one by one; a larger change is taken as one.
const MOST_PAIRS: usize = 4_000_000;

/// What a side changed. As many pieces in the place of as many are changed one by one.
pub(crate) fn hunks(base: &[Piece], side: &[Piece]) -> Vec<Hunk> {
    let same = |a: usize, b: usize| base.get(a).map(|it| &it.words) == side.get(b).map(|it| &it.words);
    let shorter = base.len().min(side.len());
    let head = (0..shorter).take_while(|at| same(*at, *at)).count();
    let tail = (1..=shorter - head).take_while(|back| same(base.len() - back, side.len() - back)).count();
    let (base_end, side_end) = (base.len() - tail, side.len() - tail);
    let mut matched = vec![];
    let (rows, columns) = (base_end - head, side_end - head);
    if rows.saturating_mul(columns) <= MOST_PAIRS {
        matched = longest(rows, columns, |a, b| same(head + a, head + b));
    }
    let mut hunks = Vec::new();
    let (mut from, mut to) = (head, head);
    let ends = matched.into_iter().map(|(a, b)| (head + a, head + b)).chain([(base_end, side_end)]);
    for (a, b) in ends {
        push(&mut hunks, from..a, to..b);
        (from, to) = (a + 1, b + 1);
    }
    hunks
}

fn push(hunks: &mut Vec<Hunk>, base: Range<usize>, side: Range<usize>) {
    if base.is_empty() && side.is_empty() {
        return;
    }
    if base.len() == side.len() {
        let singles = base.zip(side).map(|(a, b)| Hunk { base: a..a + 1, side: b..b + 1 });
        hunks.extend(singles);
    } else {
        hunks.push(Hunk { base, side });
    }
}

/// The longest run of pairs that are the same, in order.
pub(crate) fn longest(
    rows: usize,
    columns: usize,
    same: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let width = columns + 1;
    let mut lengths = vec![0_u32; (rows + 1) * width];
    let length =
        |lengths: &[u32], a: usize, b: usize| lengths.get(a * width + b).copied().unwrap_or_default();
    for a in (0..rows).rev() {
        for b in (0..columns).rev() {
            let here = if same(a, b) {
                1 + length(&lengths, a + 1, b + 1)
            } else {
                length(&lengths, a + 1, b).max(length(&lengths, a, b + 1))
            };
            if let Some(place) = lengths.get_mut(a * width + b) {
                *place = here;
            }
        }
    }
    let (mut a, mut b, mut pairs) = (0, 0, Vec::new());
    while a < rows && b < columns {
        if same(a, b) {
            pairs.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if length(&lengths, a + 1, b) >= length(&lengths, a, b + 1) {
            a += 1;
        } else {
            b += 1;
        }
    }
    pairs
}

/// Hunks that touch the same place of the base.
fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    if a.is_empty() && b.is_empty() {
        return a.start == b.start;
    }
    if a.is_empty() || b.is_empty() {
        let (point, range) = if a.is_empty() { (a.start, b) } else { (b.start, a) };
        return range.start < point && point < range.end;
    }
    a.start < b.end && b.start < a.end
}

/// Whether a hunk stands right beside a place and says some of what the other side put there.
fn says_same(hunk: &Hunk, own: &[Piece], reach: &Range<usize>, others: &[Hunk], other: &[Piece]) -> bool {
    if hunk.base.start > reach.end || reach.start > hunk.base.end {
        return false;
    }
    let said = |hunk: &Hunk, pieces: &'_ [Piece]| -> Vec<String> {
        let pieces = pieces.get(hunk.side.clone()).unwrap_or_default();
        pieces.iter().map(|piece| piece.words.clone()).filter(|words| !words.is_empty()).collect()
    };
    let own = said(hunk, own);
    others.iter().any(|it| said(it, other).iter().any(|words| own.contains(words)))
}

fn same_words(one: &[Piece], other: &[Piece]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.words == b.words)
}

struct Merger<'a> {
    base: &'a [Piece],
    file: &'a [Piece],
    here: &'a [Piece],
    from_file: Vec<Hunk>,
    from_here: Vec<Hunk>,
    out: Vec<Part>,
}

impl Merger<'_> {
    fn run(mut self) -> Merged {
        let (mut at, mut in_file, mut in_here) = (0, 0, 0);
        let mut f = std::mem::take(&mut self.from_file).into_iter().peekable();
        let mut h = std::mem::take(&mut self.from_here).into_iter().peekable();
        loop {
            let next = [f.peek(), h.peek()].into_iter().flatten();
            let next = next.min_by_key(|hunk| (hunk.base.start, hunk.base.end));
            let Some(mut reach) = next.map(|hunk| hunk.base.clone()) else { break };
            while at < reach.start {
                self.untouched(at, in_file, in_here);
                (at, in_file, in_here) = (at + 1, in_file + 1, in_here + 1);
            }
            let (mut of_file, mut of_here) = (Vec::new(), Vec::new());
            loop {
                let joins = |hunk: &Hunk, own: &[Piece], others: &[Hunk], other: &[Piece]| {
                    hunk.base == reach
                        || meet(&hunk.base, &reach)
                        || says_same(hunk, own, &reach, others, other)
                };
                let hunk = if let Some(hunk) = f.next_if(|it| joins(it, self.file, &of_here, self.here)) {
                    of_file.push(hunk.clone());
                    hunk
                } else if let Some(hunk) = h.next_if(|it| joins(it, self.here, &of_file, self.file)) {
                    of_here.push(hunk.clone());
                    hunk
                } else {
                    break;
                };
                reach = reach.start.min(hunk.base.start)..reach.end.max(hunk.base.end);
            }
            let file_end = in_file + reach.len() + grown(&of_file) - shrunk(&of_file);
            let here_end = in_here + reach.len() + grown(&of_here) - shrunk(&of_here);
            let base = self.base.get(reach.clone()).unwrap_or_default();
            let file = self.file.get(in_file..file_end).unwrap_or_default();
            let here = self.here.get(in_here..here_end).unwrap_or_default();
            self.changed(base, file, here);
            (at, in_file, in_here) = (reach.end, file_end, here_end);
        }
        while at < self.base.len() {
            self.untouched(at, in_file, in_here);
            (at, in_file, in_here) = (at + 1, in_file + 1, in_here + 1);
        }
        Merged { parts: self.out }
    }

    /// A block whose words both sides left alone.
    fn untouched(&mut self, at: usize, in_file: usize, in_here: usize) {
        let found = (self.base.get(at), self.file.get(in_file), self.here.get(in_here));
        if let (Some(base), Some(file), Some(here)) = found {
            self.agreed(&combined(here.words.clone(), Some(base), file, here));
        }
    }

    /// A place that one side changed or both.
    fn changed(&mut self, base: &[Piece], file: &[Piece], here: &[Piece]) {
        if same_words(file, here) {
            let is_paired = base.len() == file.len();
            for (at, (file, here)) in file.iter().zip(here).enumerate() {
                let base = base.get(at).filter(|_| is_paired);
                self.agreed(&combined(here.words.clone(), base, file, here));
            }
            return;
        }
        // What both put there alike is agreed, whatever stands beside it.
        let alike = |(a, b): &(&Piece, &Piece)| a.words == b.words;
        let head = file.iter().zip(here).take_while(alike).count();
        let shorter = file.len().min(here.len()) - head;
        let tail = file.iter().rev().zip(here.iter().rev()).take(shorter).take_while(alike).count();
        let (file_end, here_end) = (file.len() - tail, here.len() - tail);
        self.alike(file.get(..head), here.get(..head));
        self.different(
            base,
            file.get(head..file_end).unwrap_or_default(),
            here.get(head..here_end).unwrap_or_default(),
        );
        self.alike(file.get(file_end..), here.get(here_end..));
    }

    fn alike(&mut self, file: Option<&[Piece]>, here: Option<&[Piece]>) {
        for (file, here) in file.unwrap_or_default().iter().zip(here.unwrap_or_default()) {
            self.agreed(&combined(here.words.clone(), None, file, here));
        }
    }

    fn different(&mut self, base: &[Piece], file: &[Piece], here: &[Piece]) {
        let (by_file, by_here) = (!same_words(base, file), !same_words(base, here));
        match (base, file, here) {
            ([base], [file], [here]) if by_file != by_here => {
                let words = if by_file { file.words.clone() } else { here.words.clone() };
                self.agreed(&combined(words, Some(base), file, here));
            }
            _ if by_file && !by_here && signs(base) == signs(here) => self.agreed(&text_of(file)),
            _ if by_here && !by_file && signs(base) == signs(file) => self.agreed(&text_of(here)),
            _ => {
                let clash = Clash { base: text_of(base), file: text_of(file), here: text_of(here) };
                self.out.push(Part::Clash(clash));
            }
        }
    }

    fn agreed(&mut self, text: &str) {
        match self.out.last_mut() {
            Some(Part::Agreed(before)) => join(before, text),
            _ => self.out.push(Part::Agreed(text.to_owned())),
        }
    }
}

fn grown(hunks: &[Hunk]) -> usize {
    hunks.iter().map(|hunk| hunk.side.len()).sum()
}

fn shrunk(hunks: &[Hunk]) -> usize {
    hunks.iter().map(|hunk| hunk.base.len()).sum()
}

fn signs(pieces: &[Piece]) -> Vec<&str> {
    pieces.iter().map(Piece::sign).collect()
}

fn text_of(pieces: &[Piece]) -> String {
    let mut text = String::new();
    pieces.iter().for_each(|piece| join(&mut text, &piece.written()));
    text
}

/// A block with these words and, of box and blank lines, what a side changed.
fn combined(words: String, base: Option<&Piece>, file: &Piece, here: &Piece) -> String {
    let own = if here.words == words { here } else { file };
    let mark = own.mark.clone().map(|(at, sign)| (at, sign_of(&sign, base, file, here)));
    let tail = match base.map(|base| &base.tail) {
        Some(base) if *base == file.tail => here.tail.clone(),
        Some(base) if *base == here.tail => file.tail.clone(),
        _ => [&file.tail, &here.tail].into_iter().max_by_key(|tail| tail.len()).cloned().unwrap_or_default(),
    };
    Piece { words, mark, tail }.written()
}

/// How the box is written: as the side has it that changed it.
fn sign_of(own: &str, base: Option<&Piece>, file: &Piece, here: &Piece) -> String {
    let base = base.map_or("", Piece::sign);
    let [is_base, is_file, is_here] = [base, file.sign(), here.sign()].map(is_ticked);
    let is_wanted = if is_file == is_base { is_here } else { is_file };
    let as_written =
        [here.sign(), file.sign()].into_iter().find(|sign| *sign != base && is_ticked(sign) == is_wanted);
    match as_written.filter(|sign| !sign.is_empty()) {
        Some(sign) => sign.to_owned(),
        None if is_ticked(own) == is_wanted => own.to_owned(),
        None => boxes::turned(own),
    }
}

fn is_ticked(sign: &str) -> bool {
    boxes::at_start(sign).is_some_and(|it| it.is_ticked)
}

#[cfg(test)]
mod tests;

//! From what was said to five disjoint counters: of the readings that make sense, the total decides.
//!
//! Each detail (cached, written, reasoning, other forms) is counted inside the input or the output, or beside it. All
//! thirty-two ways are tried; the one that adds up to the total wins, among several the one nearest to the habit of the
//! source. Where no total was sent, or none adds up, the habit stands, as far as it can be: a detail that is larger than what
//! holds it is beside it; so is every detail of an input that is said to be just what no cache served.

use trace_model::{Counter, Known, TokenCounts, UsageConvention};

use super::said::{Detail, Said};

/// What was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) counts: TokenCounts,
    pub(super) known: Known,
    /// `None` when there were no details to tell by.
    pub(super) convention: Option<UsageConvention>,
}

/// Details in the order of their bits.
const DETAILS: usize = 5;

#[derive(Clone, Copy)]
struct Way {
    details: [Detail; DETAILS],
    input: i64,
    output: i64,
}

impl Way {
    fn of(said: &Said) -> Self {
        let details = [said.read, said.write, said.input_part, said.reasoning, said.output_part];
        Self {
            details: details.map(Option::unwrap_or_default),
            input: said.input.unwrap_or_default(),
            output: said.output.unwrap_or_default(),
        }
    }

    /// The same with the places of some details exchanged.
    fn changed(mut self, mask: usize) -> Self {
        for (bit, detail) in self.details.iter_mut().enumerate() {
            detail.is_inside ^= mask & 1 << bit != 0;
        }
        self
    }

    fn sum(details: &[Detail], is_inside: bool) -> i64 {
        let some = details.iter().filter(|detail| detail.is_inside == is_inside);
        some.fold(0, |sum, detail| sum.saturating_add(detail.count))
    }

    fn halves(&self) -> (&[Detail], &[Detail]) {
        self.details.split_at(3)
    }

    /// Whether what is inside fits in.
    fn fits(&self) -> bool {
        let (sent, back) = self.halves();
        Self::sum(sent, true) <= self.input && Self::sum(back, true) <= self.output
    }

    fn total(&self) -> i64 {
        let beside = Self::sum(&self.details, false);
        self.input.saturating_add(self.output).saturating_add(beside)
    }

    fn counts(&self) -> TokenCounts {
        let [read, write, input_part, reasoning, output_part] = self.details;
        let inside = |detail: Detail| if detail.is_inside { detail.count } else { 0 };
        let beside = |detail: Detail| if detail.is_inside { 0 } else { detail.count };
        let uncached = self.input.saturating_sub(inside(read)).saturating_sub(inside(write)).max(0);
        let visible = self.output.saturating_sub(inside(reasoning)).max(0);
        TokenCounts {
            uncached_input: uncached.saturating_add(beside(input_part)),
            cached_read: read.count,
            cache_write: write.count,
            output: visible.saturating_add(beside(output_part)),
            reasoning: reasoning.count,
        }
    }
}

/// Reads it.
pub(super) fn read(said: &Said) -> Reading {
    let said = with_rests(said);
    let way = best(&said);
    let mut counts = way.counts();
    let mut known = known(&said);
    complete(&said, &way, &mut counts, &mut known);
    let details = way.details.iter().filter(|detail| detail.count > 0);
    let places: Vec<bool> = details.map(|detail| detail.is_inside).collect();
    let convention = match places.as_slice() {
        [] => None,
        all if all.iter().all(|is_inside| *is_inside) => Some(UsageConvention::Inclusive),
        _ => Some(UsageConvention::Disjoint),
    };
    Reading { counts, known, convention }
}

/// Puts the exact rests, where a source gives them, in place of habits.
fn with_rests(said: &Said) -> Said {
    let mut said = *said;
    let place = |whole: &mut Option<i64>, rest: Option<i64>, details: [&mut Option<Detail>; 2]| {
        let Some(rest) = rest else { return };
        let is_whole = whole.is_none_or(|whole| whole == rest);
        whole.get_or_insert(rest);
        for detail in details.into_iter().flatten().filter(|detail| detail.count > 0) {
            detail.is_inside = !is_whole;
        }
    };
    place(&mut said.input, said.uncached, [&mut said.read, &mut said.write]);
    place(&mut said.output, said.visible, [&mut said.reasoning, &mut None]);
    said
}

fn best(said: &Said) -> Way {
    let habit = Way::of(said);
    if habit.details.iter().all(|detail| detail.count == 0) {
        return habit;
    }
    let rank = |mask: usize| {
        let way = habit.changed(mask);
        let is_other = said.total.is_some_and(|total| total != way.total()) || !way.fits();
        (is_other, !way.fits(), mask.count_ones(), mask)
    };
    let moves = |mask: usize, bit: usize| mask & 1 << bit != 0;
    let stays = beside_for_certain(said);
    let useful = |mask: &usize| {
        let details = habit.details.iter().zip(stays).enumerate();
        details.into_iter().all(|(bit, (detail, stays))| (detail.count > 0 && !stays) || !moves(*mask, bit))
    };
    let chosen = (0..1_usize << DETAILS).filter(useful).min_by_key(|mask| rank(*mask));
    habit.changed(chosen.unwrap_or_default())
}

/// Which details cannot be inside, whatever a total says: those of a whole that is all rest.
fn beside_for_certain(said: &Said) -> [bool; DETAILS] {
    let is_rest = |whole: Option<i64>, rest: Option<i64>| rest.is_some() && whole == rest;
    let (input, output) = (is_rest(said.input, said.uncached), is_rest(said.output, said.visible));
    [input, input, false, output, false]
}

fn known(said: &Said) -> Known {
    [
        (Counter::UncachedInput, said.input.is_some() || said.input_part.is_some()),
        (Counter::CachedRead, said.read.is_some()),
        (Counter::CacheWrite, said.write.is_some()),
        (Counter::Output, said.output.is_some() || said.output_part.is_some()),
        (Counter::Reasoning, said.reasoning.is_some()),
    ]
    .into_iter()
    .filter(|(_, is_known)| *is_known)
    .fold(Known::NONE, |known, (counter, _)| known.with(counter))
}

/// What a total leaves for the half that nobody spoke of; a bare total is better booked as input than lost.
fn complete(said: &Said, way: &Way, counts: &mut TokenCounts, known: &mut Known) {
    let Some(total) = said.total else { return };
    let rest = total.saturating_sub(way.total());
    if rest <= 0 {
        return;
    }
    if !known.has(Counter::UncachedInput) {
        counts.uncached_input = rest;
        *known = known.with(Counter::UncachedInput);
    } else if !known.has(Counter::Output) {
        counts.output = rest;
        *known = known.with(Counter::Output);
    }
}

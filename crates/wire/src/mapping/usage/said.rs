//! What a source says in its own words, sorted: counts and details, not yet made disjoint.

use super::names::{self, Container, Habit, Side, Slot};

/// Whose habits a source has where no total tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Span attributes: OpenTelemetry and OpenInference count details inside the input and the output.
    Attributes,
    /// A Langfuse map: every entry stands for itself.
    Langfuse,
    /// A provider's or a library's own object: as the names have it.
    Own,
}

/// A count that is, or is not, part of the input or the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Detail {
    pub(super) count: i64,
    pub(super) is_inside: bool,
}

/// Sorted counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) input: Option<i64>,
    pub(super) output: Option<i64>,
    pub(super) total: Option<i64>,
    pub(super) read: Option<Detail>,
    pub(super) write: Option<Detail>,
    pub(super) reasoning: Option<Detail>,
    pub(super) input_part: Option<Detail>,
    pub(super) output_part: Option<Detail>,
    pub(super) uncached: Option<i64>,
    pub(super) visible: Option<i64>,
    pub(super) write_short: Option<i64>,
    pub(super) write_long: Option<i64>,
    input_text: Option<i64>,
    output_text: Option<i64>,
    bare: Option<i64>,
    /// Input, output and total of an object that only counts where nothing else does.
    second: [Option<i64>; 3],
}

/// Two names of one thing are the same count; of different ones the greater holds the other.
fn same(slot: &mut Option<i64>, count: i64) {
    *slot = Some(slot.map_or(count, |known| known.max(count)));
}

fn sum(slot: &mut Option<i64>, count: i64) {
    *slot = Some(slot.unwrap_or_default().saturating_add(count));
}

fn detail(slot: &mut Option<Detail>, count: i64, is_inside: bool) {
    match slot {
        Some(known) => {
            known.count = known.count.max(count);
            known.is_inside &= is_inside;
        }
        None => *slot = Some(Detail { count, is_inside }),
    }
}

fn add(slot: &mut Option<Detail>, count: i64, is_inside: bool) {
    let known = slot.get_or_insert(Detail { count: 0, is_inside });
    known.count = known.count.saturating_add(count);
    known.is_inside &= is_inside;
}

/// Where nobody says the whole, it is the text and the other forms beside it.
fn of_text(whole: &mut Option<i64>, text: Option<i64>, part: &mut Option<Detail>) {
    if let (None, Some(text)) = (&whole, text) {
        *whole = Some(text);
        part.iter_mut().for_each(|part| part.is_inside = false);
    }
}

impl Said {
    /// Hears a count under a name; false when the name says nothing that is known.
    pub(super) fn hear(
        &mut self,
        plain: &str,
        within: Option<Container>,
        count: i64,
        family: Family,
    ) -> bool {
        let side: Option<Side> = within.and_then(|container| container.side);
        let Some((slot, habit)) = names::slot(side, plain) else { return false };
        let is_inside = match (family, habit) {
            (_, Habit::Beside) | (Family::Langfuse, _) => false,
            (Family::Own, Habit::Apart) => side.is_some(),
            _ => true,
        };
        let is_second = within.is_some_and(|container| container.is_second);
        match slot {
            Slot::Input if is_second => same(&mut self.second[0], count),
            Slot::Output if is_second => same(&mut self.second[1], count),
            Slot::Total if is_second => same(&mut self.second[2], count),
            Slot::Input => same(&mut self.input, count),
            Slot::Output => same(&mut self.output, count),
            Slot::Total => same(&mut self.total, count),
            Slot::Read => detail(&mut self.read, count, is_inside),
            Slot::Write => detail(&mut self.write, count, is_inside),
            Slot::Reasoning => detail(&mut self.reasoning, count, is_inside),
            Slot::InputPart => add(&mut self.input_part, count, is_inside),
            Slot::OutputPart => add(&mut self.output_part, count, is_inside),
            Slot::Uncached => same(&mut self.uncached, count),
            Slot::Visible => same(&mut self.visible, count),
            Slot::WriteShort => self.hear_write(count, false, is_inside),
            Slot::WriteLong => self.hear_write(count, true, is_inside),
            Slot::InputText => same(&mut self.input_text, count),
            Slot::OutputText => same(&mut self.output_text, count),
            Slot::Within => {}
            Slot::Bare => same(&mut self.bare, count),
        }
        true
    }

    fn hear_write(&mut self, count: i64, is_long: bool, is_inside: bool) {
        let part = if is_long { &mut self.write_long } else { &mut self.write_short };
        same(part, count);
        let write = self.write.get_or_insert(Detail { count: 0, is_inside });
        write.is_inside &= is_inside;
    }

    /// The same once everything was heard: what only a second object says, and the parts of the writes.
    pub(super) fn whole(mut self) -> Self {
        let [input, output, total] = self.second;
        self.input = self.input.or(input);
        self.output = self.output.or(output);
        self.total = self.total.or(total);
        let is_whole = self.input.is_some() || self.output.is_some();
        let bare = if is_whole { &mut self.total } else { &mut self.input };
        *bare = bare.or(self.bare);
        if self.uncached.is_none() {
            of_text(&mut self.input, self.input_text, &mut self.input_part);
        }
        if self.visible.is_none() {
            of_text(&mut self.output, self.output_text, &mut self.output_part);
        }
        let mut parts = None;
        [self.write_short, self.write_long].into_iter().flatten().for_each(|part| sum(&mut parts, part));
        if let (Some(write), Some(parts)) = (&mut self.write, parts) {
            // A whole holds its parts; a rest beside greater parts does not.
            write.count = if write.count >= parts { write.count } else { write.count.saturating_add(parts) };
        }
        self
    }

    /// Takes the details that a provider's own answer counts and this does not. Where they stand beside the provider's input
    /// that input is just what no cache served, and tells what this input holds.
    pub(super) fn join(&mut self, answer: &Self) {
        let lacks = |detail: Option<Detail>| detail.is_none_or(|detail| detail.count == 0);
        let more = |detail: Option<Detail>| detail.filter(|detail| detail.count > 0);
        let is_beside = [answer.read, answer.write].into_iter().flatten().any(|detail| !detail.is_inside);
        if self.uncached.is_none() {
            self.uncached = answer.uncached.or(answer.input.filter(|_| is_beside));
        }
        for (own, theirs) in [
            (&mut self.read, answer.read),
            (&mut self.write, answer.write),
            (&mut self.reasoning, answer.reasoning),
        ] {
            if lacks(*own) {
                *own = more(theirs).or(*own);
            }
        }
        self.write_long = self.write_long.or(answer.write_long);
    }

    /// Whether anything was said.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

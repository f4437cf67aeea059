//! Usage from span attributes: `gen_ai.usage.*`, `llm.token_count.*`, `llm.usage.*`, `ai.usage.*`.

use trace_model::{Usage, UsageConvention};

use super::names::{Container, Plain, container, is_name};
use super::reading;
use super::said::{Family, Said};

/// The counts of a span's attributes as they are heard.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard(Said, Audio);

/// Sound among the tokens, which is priced apart.
#[derive(Clone, Copy, Debug, Default)]
struct Audio {
    input: Option<i64>,
    output: Option<i64>,
}

impl Heard {
    /// Hears one attribute by the end of its name: `input_tokens`, `prompt_details.cache_read`.
    pub fn hear(&mut self, name: &str, count: i64) {
        if count < 0 {
            return;
        }
        let (within, own) = split(name);
        let Some(plain) = Plain::of(own) else { return };
        if !self.0.hear(plain.text(), within, count, Family::Attributes) {
            return;
        }
        if plain.text().contains("audio") && !plain.text().contains("cache") && !name.contains("cache") {
            let is_output = ["completion", "output"].iter().any(|word| name.contains(word));
            let slot = if is_output { &mut self.1.output } else { &mut self.1.input };
            *slot = Some(count);
        }
    }

    /// What they come to; `None` when nothing was counted.
    pub fn usage(self) -> Option<Usage> {
        let Self(said, audio) = self;
        let said = said.whole();
        if said.is_empty() {
            return None;
        }
        let reading = reading::read(&said);
        let mut entries = Vec::new();
        let more = |count: Option<i64>| count.filter(|count| *count > 0);
        for (name, count) in [
            ("input", said.input.or(said.uncached)),
            ("output", said.output.or(said.visible)),
            ("input_cached_tokens", more(said.read.map(|read| read.count))),
            ("input_cache_creation", more(said.write.map(|write| write.count))),
            ("input_cache_creation_1h", more(said.write_long)),
            ("output_reasoning_tokens", more(said.reasoning.map(|reasoning| reasoning.count))),
            ("input_audio_tokens", more(audio.input)),
            ("output_audio_tokens", more(audio.output)),
            ("total", Some(said.total.unwrap_or(reading.counts.total()))),
        ] {
            entries.extend(count.map(|count| (name.to_owned(), count)));
        }
        Some(Usage {
            counts: reading.counts,
            known: reading.known,
            convention: reading.convention.unwrap_or(UsageConvention::Inclusive),
            entries,
            total_sent: said.total,
            sent: None,
        })
    }
}

/// What stands in an inner object, by the part of a name before its first point.
fn split(name: &str) -> (Option<Container>, &str) {
    let Some((before, rest)) = name.split_once('.') else { return (None, name) };
    // `cache_creation.input_tokens` is one name.
    if Plain::of(name).is_some_and(|plain| is_name(plain.text())) {
        return (None, name);
    }
    match Plain::of(before).and_then(|plain| container(plain.text())) {
        Some(found) => (Some(found), rest),
        None => (None, name),
    }
}

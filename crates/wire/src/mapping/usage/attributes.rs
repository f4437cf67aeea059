//! Usage from span attributes: `gen_ai.usage.*`, `llm.token_count.*`, `llm.usage.*`, `ai.usage.*`.

use trace_model::{Usage, UsageConvention};

use super::maps;
use super::names::{Plain, split};
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
        self.hear_as(name, count, Family::Attributes);
    }

    /// Hears one attribute that counts as the provider's own answer does, by the name that it has there.
    pub fn hear_own(&mut self, name: &str, count: i64) {
        self.hear_as(name, count, Family::Own);
    }

    /// Hears an attribute that is an object of details: `input_tokens_details`.
    pub fn hear_details(&mut self, name: &str, object: &str) {
        for (name, count) in maps::details_of(name, object) {
            self.hear(&name, count);
        }
    }

    /// Hears an object of what providers say beside an answer, by their names: details that are said nowhere else.
    pub fn hear_provider(&mut self, object: &str) {
        if let Some(answer) = maps::of_provider(object).filter(|_| !self.is_empty()) {
            self.0.join(&answer);
        }
    }

    /// Whether nothing was heard.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn hear_as(&mut self, name: &str, count: i64, family: Family) {
        if count < 0 {
            return;
        }
        let (within, own) = split(name);
        let Some(plain) = Plain::of(own) else { return };
        if !self.0.hear(plain.text(), within, count, family) {
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

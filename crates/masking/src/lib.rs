//! Masking: what must not be stored is replaced before anything is hashed, on every way in.
//!
//! `[masked:openai-key:5f03aa]` stands where a secret was. The suffix is six hex digits of a keyed HMAC of it, so that
//! the same key seen in two traces looks the same (somebody has to find out where it leaked from), and nobody without
//! the server's key can test guesses. Cards, addresses and account numbers get no suffix: it would follow a person.
//! One prefilter pass looks for the few bytes every secret has; exact patterns run only where it hits.

mod assigned;
mod cards;
mod json;
mod model;
#[cfg(test)]
mod named_test;
mod names;
mod otlp;
mod own;
mod personal;
mod prefixes;
#[cfg(test)]
mod rates_test;
mod secrets;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use foundation::{ProjectKey, Result};

pub use json::Step;
pub use model::{Family, Finding, LONGEST_PATTERN, MOST_PATTERNS, OwnPattern};
pub use own::check as check_patterns;
pub use secrets::is_secret;

/// The longest field name in a finding, in bytes.
const LONGEST_FIELD: usize = 200;
/// Shorter names hold no secret, in bytes.
const SHORTEST_NAME: usize = 20;
/// Looks at a text that was changed; each finds what stood too close to something else before.
const ROUNDS: usize = 8;

/// What a project looks for, made ready: compiled once, used for every request of the project.
#[derive(Debug, Default)]
pub struct Masker {
    families: Vec<Family>,
    own: Vec<own::Compiled>,
    key: Vec<u8>,
}

/// Where something was found and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hit {
    start: usize,
    end: usize,
    detector: String,
    with_suffix: bool,
}

/// A text that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text with masks in it.
    pub text: String,
    /// How often each detector hit.
    pub found: BTreeMap<String, i64>,
}

/// Where secrets stand in a text, in bytes, in its order and apart from each other.
pub fn secrets_in(text: &str) -> Vec<Range<usize>> {
    let mut hits = Vec::new();
    secrets::find(None, text, &mut hits);
    hits.sort_by_key(|hit| hit.start);
    let mut found: Vec<Range<usize>> = Vec::new();
    for hit in hits {
        match found.last_mut() {
            Some(last) if hit.start <= last.end => last.end = last.end.max(hit.end),
            _ => found.push(hit.start..hit.end),
        }
    }
    found
}

/// What was found so far, by field and detector.
#[derive(Debug, Default)]
pub struct Notes(BTreeMap<(String, String), i64>);

impl Notes {
    fn add(&mut self, field: &str, masked: &Masked) {
        let mut end = field.len().min(LONGEST_FIELD);
        while !field.is_char_boundary(end) {
            end -= 1;
        }
        let field = field.get(..end).unwrap_or_default().replace('\0', "\u{fffd}");
        for (detector, count) in &masked.found {
            *self.0.entry((field.clone(), detector.clone())).or_default() += count;
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings, once it is known what they belong to.
    pub fn findings(self, trace_id: &str, observation_id: &str) -> Vec<Finding> {
        let of = |((field, detector), count)| Finding {
            trace_id: trace_id.to_owned(),
            observation_id: observation_id.to_owned(),
            field,
            detector,
            count,
        };
        self.0.into_iter().map(of).collect()
    }
}

impl Masker {
    /// Makes ready what a project looks for; refused when a pattern cannot be used. The server's key makes the suffixes.
    pub fn new(
        families: &[Family],
        own: &[OwnPattern],
        server_key: &[u8; 32],
        project: ProjectKey,
    ) -> Result<Self> {
        let own = own.iter().map(OwnPattern::compile).collect::<Result<_>>()?;
        let key = mac(server_key, &[b"tracewright mask 1\n", &project.0.to_be_bytes()]).to_vec();
        Ok(Self { families: families.to_vec(), own, key })
    }

    /// Whether there is nothing to look for.
    pub fn is_off(&self) -> bool {
        self.families.is_empty() && self.own.is_empty()
    }

    fn looks_for(&self, family: Family) -> bool {
        self.families.contains(&family)
    }

    /// Masks one text; `None` when it stays as it is. `name` is the key it stands under, if any.
    pub fn text(&self, name: Option<&str>, text: &str) -> Option<Masked> {
        Self::again(text, |text| self.once(name, text))
    }

    /// Masks the name of a field or an attribute: programs keep things by their keys. Only secrets, since two that are told
    /// apart must stay two names; `None` when it stays as it is.
    pub fn name(&self, name: &str) -> Option<Masked> {
        let may_be = name.len() >= SHORTEST_NAME && name.bytes().any(|byte| byte.is_ascii_digit());
        if !may_be || !self.looks_for(Family::Secrets) {
            return None;
        }
        Self::again(name, |text| {
            let mut hits = Vec::new();
            secrets::find(None, text, &mut hits);
            if hits.is_empty() { None } else { text::replace(self, text, hits) }
        })
    }

    /// Looks once, and again at what came out: what touched a secret may show as one of its own only then.
    fn again(text: &str, once: impl Fn(&str) -> Option<Masked>) -> Option<Masked> {
        let mut masked = once(text)?;
        for _ in 0..ROUNDS {
            let Some(next) = once(&masked.text) else { break };
            masked.text = next.text;
            for (detector, count) in next.found {
                *masked.found.entry(detector).or_default() += count;
            }
        }
        Some(masked)
    }

    fn once(&self, name: Option<&str>, text: &str) -> Option<Masked> {
        let mut hits = Vec::new();
        if self.looks_for(Family::Secrets) {
            secrets::find(name, text, &mut hits);
        }
        if self.looks_for(Family::Cards) {
            cards::find(name, text, &mut hits);
        }
        personal::find(&self.families, text, &mut hits);
        self.own.iter().for_each(|own| own.find(text, &mut hits));
        if hits.is_empty() { None } else { text::replace(self, text, hits) }
    }

    /// Whether a text may hold something, judged by a look at its raw bytes: a JSON text's escapes may hide more.
    pub fn suspects(&self, raw: &str) -> bool {
        let always = !self.own.is_empty()
            || [Family::Mail, Family::Iban, Family::Phone].iter().any(|family| self.looks_for(*family));
        always
            || (self.looks_for(Family::Secrets) && secrets::suspects(raw))
            || (self.looks_for(Family::Cards) && (cards::suspects(raw) || secrets::hides_letters(raw)))
    }

    fn mask(&self, hit: &Hit, secret: &str) -> String {
        if !hit.with_suffix {
            return format!("[masked:{}]", hit.detector);
        }
        let tag = mac(&self.key, &[secret.as_bytes()]);
        format!("[masked:{}:{}]", hit.detector, hex::encode(tag.get(..3).unwrap_or_default()))
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

//! Patterns of a project's own: bounded in number, length and compiled size. The engine takes linear time.

use regex::{Regex, RegexBuilder};

use super::Hit;
use crate::{LONGEST_PATTERN, MOST_PATTERNS, OwnPattern};
use foundation::{Error, Result};

/// Bytes a compiled pattern may take.
const MOST_BYTES: usize = 1 << 19;

/// A pattern ready for use.
#[derive(Debug)]
pub struct Compiled {
    name: String,
    regex: Regex,
}

impl Compiled {
    pub(super) fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        let found = self.regex.find_iter(text).filter(|found| !found.is_empty());
        hits.extend(found.map(|found| Hit {
            start: found.start(),
            end: found.end(),
            detector: self.name.clone(),
            with_suffix: false,
        }));
    }
}

impl OwnPattern {
    /// Compiles it; refused with the reason when it is too long, too big or no pattern.
    pub fn compile(&self) -> Result<Compiled> {
        let refuse = |why: String| Error::invalid("pattern", why);
        let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.bytes().all(is_name) {
            let why = "a name has 1 to 40 small letters, digits and dashes, such as customer-number";
            return Err(Error::invalid("name", why));
        }
        if self.pattern.is_empty() || self.pattern.len() > LONGEST_PATTERN {
            return Err(refuse(format!("a pattern has 1 to {LONGEST_PATTERN} characters")));
        }
        let built =
            RegexBuilder::new(&self.pattern).size_limit(MOST_BYTES).dfa_size_limit(MOST_BYTES).build();
        let regex = built.map_err(|cause| refuse(format!("this is no pattern we can use: {cause}")))?;
        if regex.is_match("") {
            return Err(refuse(
                "this pattern matches the empty text, so it would match everywhere".to_owned(),
            ));
        }
        Ok(Compiled { name: self.name.clone(), regex })
    }
}

/// Checks a list of patterns before it becomes part of a policy.
pub fn check(patterns: &[OwnPattern]) -> Result<()> {
    if patterns.len() > MOST_PATTERNS {
        return Err(Error::invalid("pattern", format!("a project has at most {MOST_PATTERNS} patterns")));
    }
    patterns.iter().try_for_each(|pattern| pattern.compile().map(drop))
}

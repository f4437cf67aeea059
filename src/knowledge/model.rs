//! The atom record and its gate.
//!
//! An atom's id is SHA-256 of the canonical JSON of {statement, language, `subject_refs`, spans}: a content
//! address, so identical atoms coincide and a changed word is another atom.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::audit::scan::Quantity;
use crate::audit::selectors::{Evidence, collapse};
use crate::foundation::{Digest, Error, FieldErrors, Result, jcs};

/// Longest statement, in code points.
pub const STATEMENT_MAX_CHARS: usize = 300;

/// What kind of statement an atom is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtomKind {
    /// Something is so.
    Fact,
    /// Something was measured: the statement holds a quantity.
    Measurement,
    /// How something is done.
    Procedure,
    /// Somebody decided.
    Decision,
    /// Something must or must not be.
    Constraint,
    /// Something leads to something.
    Cause,
}

impl AtomKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Measurement => "measurement",
            Self::Procedure => "procedure",
            Self::Decision => "decision",
            Self::Constraint => "constraint",
            Self::Cause => "cause",
        }
    }
}

/// One atom. Provenance beyond the spans (extractor, claim, verdict) is kept by the event that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Atom {
    /// The words, white space collapsed; at most [`STATEMENT_MAX_CHARS`].
    pub statement: String,
    /// BCP 47 tag, or `und` for key and value.
    pub language: String,
    /// What it speaks about: ids of orders, assets, agents; sorted, each once.
    pub subject_refs: Vec<String>,
    /// Where it stands; sorted, each once, at least one.
    pub spans: Vec<Evidence>,
    pub kind: AtomKind,
    /// Names and identifiers in it, as written.
    pub entities: Vec<String>,
    /// Numbers in it, as written.
    pub quantities: Vec<Quantity>,
}

/// What the content address is made of, and nothing else.
#[derive(Serialize)]
struct Address<'a> {
    statement: &'a str,
    language: &'a str,
    subject_refs: &'a [String],
    spans: &'a [Evidence],
}

impl Atom {
    /// Puts lists in their one order, so that equal content has equal bytes.
    #[must_use]
    pub fn in_canonical_order(mut self) -> Self {
        self.subject_refs.sort();
        self.subject_refs.dedup();
        self.spans.sort();
        self.spans.dedup();
        self
    }

    /// The content address.
    pub fn id(&self) -> Result<Digest> {
        let ordered = self.clone().in_canonical_order();
        let address = Address {
            statement: &ordered.statement,
            language: &ordered.language,
            subject_refs: &ordered.subject_refs,
            spans: &ordered.spans,
        };
        Ok(Digest::of(&jcs::to_bytes(&address)?))
    }

    /// The gate at write time: every quote stands verbatim in the body that `body_of` gives for its digest,
    /// and the statement is the words of one of the quotes.
    pub fn admit<'b>(self, body_of: impl Fn(Digest) -> Option<Cow<'b, str>>) -> Result<Self> {
        self.well_formed()?;
        for (n, span) in self.spans.iter().enumerate() {
            let body = body_of(span.body_digest).ok_or_else(|| {
                Error::invalid(format!("spans[{n}].body_digest"), "no stored body has this digest")
            })?;
            span.verify(&body)?;
        }
        Ok(self.in_canonical_order())
    }

    fn well_formed(&self) -> Result<()> {
        let mut errors = FieldErrors::default();
        if self.statement.is_empty() || self.statement.chars().count() > STATEMENT_MAX_CHARS {
            errors.add("statement", format!("1 to {STATEMENT_MAX_CHARS} characters"));
        }
        if self.spans.is_empty() {
            errors.add("spans", "an atom stands on at least one quote");
        } else if !self.spans.iter().any(|span| collapse(&span.quote.exact) == self.statement) {
            errors.add("statement", "the statement must be the words of one of its quotes");
        }
        errors.into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::selectors::{QuoteSelector, locate};

    const BODY: &str = "The run used\n1,234 tokens. It cost $2.";

    fn span(quote: &str) -> Evidence {
        let located = locate(BODY, &QuoteSelector::exact(quote)).unwrap();
        Evidence::new("t", "o", "output", Digest::of(BODY.as_bytes()), located)
    }

    fn atom(statement: &str, quotes: &[&str]) -> Atom {
        Atom {
            statement: statement.to_owned(),
            language: "en".to_owned(),
            subject_refs: vec!["b".to_owned(), "a".to_owned(), "b".to_owned()],
            spans: quotes.iter().map(|quote| span(quote)).collect(),
            kind: AtomKind::Fact,
            entities: Vec::new(),
            quantities: Vec::new(),
        }
    }

    fn stored(digest: Digest) -> Option<Cow<'static, str>> {
        (digest == Digest::of(BODY.as_bytes())).then_some(Cow::Borrowed(BODY))
    }

    #[test]
    fn the_address_is_the_content_whatever_the_order() {
        let one = atom("The run used 1,234 tokens.", &["The run used 1,234 tokens.", "It cost $2."]);
        let mut other = one.clone();
        other.spans.reverse();
        other.subject_refs = vec!["a".to_owned(), "b".to_owned()];
        other.kind = AtomKind::Measurement;
        assert_eq!(one.id().unwrap(), other.id().unwrap());
        other.language = "de".to_owned();
        assert_ne!(one.id().unwrap(), other.id().unwrap());
        assert_eq!(one.admit(stored).unwrap().subject_refs, ["a", "b"]);
    }

    #[test]
    fn an_atom_whose_words_do_not_stand_there_is_refused() {
        let good = atom("It cost $2.", &["It cost $2."]);
        assert!(good.clone().admit(stored).is_ok());
        assert!(good.clone().admit(|_| None).is_err());
        assert!(good.clone().admit(|_| Some(Cow::Borrowed("It cost $3."))).is_err());
        assert!(atom("It cost $3.", &["It cost $2."]).admit(stored).is_err());
        assert!(atom("It cost $2.", &[]).admit(stored).is_err());
        let mut moved = good;
        moved.spans[0].position.start -= 1;
        assert!(moved.admit(stored).is_err());
    }
}

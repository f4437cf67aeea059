//! What was found, as the page shows it: groups of links, and what was not looked at.

use crate::search::Snippet;

/// Things of one kind.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The id of its heading.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) hits: Vec<Hit>,
    /// Whether there are more than are shown.
    pub(super) has_more: bool,
    /// The list that holds all of them, narrowed to the same words; empty where there is none.
    pub(super) list: String,
    /// What was not looked at; empty where all was.
    pub(super) note: String,
}

/// One thing.
#[derive(Clone, Debug, Default)]
pub(super) struct Hit {
    pub(super) href: String,
    /// Its number or code; may be empty.
    pub(super) code: String,
    pub(super) title: String,
    /// What else tells it apart: type, place, who.
    pub(super) about: String,
    /// Its state in a word, with the tone of its chip; empty for none.
    pub(super) state: String,
    pub(super) tone: &'static str,
    /// The words around what was found.
    pub(super) snippet: Option<Snippet>,
}

impl Group {
    /// How many are shown, and that there are more.
    pub(super) fn count(&self) -> String {
        if self.has_more { format!("more than {}", self.hits.len()) } else { self.hits.len().to_string() }
    }

    /// Keeps so many, and remembers that there were more.
    pub(super) fn cut(mut self, most: usize) -> Self {
        self.has_more |= self.hits.len() > most;
        self.hits.truncate(most);
        self
    }

    /// Leaves out what stands among others already.
    pub(super) fn without(mut self, others: &[Hit]) -> Self {
        self.hits.retain(|hit| others.iter().all(|other| other.href != hit.href));
        self
    }
}

impl Hit {
    /// Whether its code stands beside its title.
    pub(super) fn has_code(&self) -> bool {
        !self.code.is_empty()
    }
}

//! Who shows only the public half of a key, which stands in every page that collects feedback: anybody.
//!
//! A stranger gives scores and nothing else, few at once, under the project's own name (`API`), and changes none that was
//! given with a secret. Between strangers an id is all that tells them apart: whoever knows one may give that score anew.

use std::collections::HashSet;

use crate::db::Db;
use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::given_with_secret;
use trace_model::{Facts, Received, ScoreSource};
use wire::langfuse::score::MAX_BODY;

/// The most scores in one request.
const MOST_SCORES: usize = 1_000;

/// What has to be asked about a sender who may be one.
#[derive(Clone)]
pub(super) struct Stranger {
    db: Db,
    project: ProjectKey,
    is_public: bool,
}

impl Stranger {
    /// The sender of a request.
    pub(super) fn of(app: &App, asker: &Asker) -> Self {
        Self { db: app.db.clone(), project: asker.project, is_public: asker.is_public() }
    }

    pub(super) fn is_one(&self) -> bool {
        self.is_public
    }

    pub(super) fn check_size(&self, body: &[u8]) -> Result<()> {
        if self.is_public && body.len() > MAX_BODY {
            let limit = format!("a public key sends at most {MAX_BODY} bytes at once");
            return Err(Error::TooLarge(limit.into()));
        }
        Ok(())
    }

    /// The ids of scores that are not a stranger's to give; call it on a blocking thread. `None` when all are.
    pub(super) fn not_theirs(&self, received: &[Received]) -> Result<Option<HashSet<String>>> {
        if !self.is_public {
            return Ok(None);
        }
        if received.len() > MOST_SCORES {
            return Err(Error::TooLarge(
                format!("a public key sends at most {MOST_SCORES} scores at once").into(),
            ));
        }
        let ids: Vec<&str> = received.iter().map(|one| one.arrival.entity_id.as_str()).collect();
        let mut theirs = self.db.read_blocking(|conn| given_with_secret(conn, self.project, &ids))?;
        theirs
            .extend(received.iter().filter(|one| claims_more(one)).map(|one| one.arrival.entity_id.clone()));
        Ok(Some(theirs).filter(|theirs| !theirs.is_empty()))
    }

    pub(super) fn refusal() -> Error {
        Error::forbidden(
            "a public key gives scores of the source API and nothing else, and changes none that was given with a secret",
        )
    }
}

/// A review by a person is more than a click in a page.
fn claims_more(received: &Received) -> bool {
    matches!(&received.facts, Facts::Score(score) if score.source != ScoreSource::Api)
}

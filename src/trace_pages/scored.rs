//! Who gave a score, in words.

use std::collections::HashMap;

use crate::db::AnyConnection;
use crate::foundation::{Actor, Result};
use crate::people::AccountId;
use crate::people::reads::account_by_id;
use crate::traces::reads::ScoreRow;

/// What came by a key that speaks for no account; which of the project's keys it was is not kept.
const BY_A_KEY: &str = "sent with a key of this project";

/// The scores with the name of the account in place of its id.
pub(super) fn with_authors(conn: &mut AnyConnection, mut scores: Vec<ScoreRow>) -> Result<Vec<ScoreRow>> {
    let mut names = HashMap::from([(Actor::system().id, BY_A_KEY.to_owned())]);
    for score in &mut scores {
        if !names.contains_key(&score.author) {
            let account = account_by_id(conn, &AccountId(score.author.clone()))?;
            names.extend(account.map(|account| (score.author.clone(), account.name)));
        }
        if let Some(name) = names.get(&score.author) {
            score.author.clone_from(name);
        }
    }
    Ok(scores)
}

//! How the auditors of the story judge: by the words of calls that are linked to the order.

use crate::audit::actions::{Judgement, NewQuote, judge};
use crate::audit::model::Outcome;
use crate::audit::reads::judged_claims;
use crate::demo::calls;
use crate::demo::cast::Who;
use crate::foundation::{Error, Result};

use super::acts::Finds;
use super::player::Told;

impl Told<'_> {
    /// Judges one place after the other.
    pub(super) async fn judge_all(&mut self, key: &str, who: Who, places: &[(&str, Finds)]) -> Result<()> {
        for (place, finds) in places {
            self.judge(key, who, place, finds).await?;
            self.past().pass();
        }
        Ok(())
    }

    /// Judges a place. Whoever judged it before says that this replaces that.
    async fn judge(&mut self, key: &str, who: Who, place: &str, finds: &Finds) -> Result<()> {
        let claim_id = self.claim_at(key, place).await?;
        let (outcome, quotes, reason, comment) = match finds {
            Finds::Right(call, words) => (Outcome::Supported, vec![quote(call, words)?], None, ""),
            Finds::Wrong(call, words, why) => (Outcome::Refuted, vec![quote(call, words)?], None, *why),
            Finds::Unclear(reason, why) => (Outcome::NotEnoughInformation, Vec::new(), Some(*reason), *why),
        };
        let voice = (who, claim_id.clone());
        let supersedes = self.verdicts.get(&voice).cloned();
        let comment = comment.to_owned();
        let asked = Judgement { claim_id, outcome, quotes, reason, comment, supersedes };
        let given = judge(&self.past().services.app, &self.cast().of(who).asker, asked).await?;
        self.verdicts.insert(voice, given.verdict);
        Ok(())
    }

    async fn claim_at(&self, key: &str, place: &str) -> Result<String> {
        let (project, order) = (self.cast().auditor.asker.project, self.id(key)?.to_owned());
        let read = move |conn: &mut _| judged_claims(conn, project, &order);
        let claims = self.past().services.app.db.read(read).await?;
        let found = claims.into_iter().find(|it| it.claim.place == place && it.claim.withdrawn_at.is_none());
        found
            .map(|judged| judged.claim.claim_id)
            .ok_or_else(|| Error::internal(format!("{key} has no claim {place}")))
    }
}

fn quote(call: &str, words: &str) -> Result<NewQuote> {
    let (trace_id, observation_id) = calls::answer_of(call)?;
    Ok(NewQuote {
        trace_id,
        observation_id,
        field: "output".to_owned(),
        exact: words.to_owned(),
        prefix: String::new(),
        suffix: String::new(),
    })
}

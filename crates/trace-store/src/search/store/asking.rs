//! Asking the file: every statement is bounded, whatever is asked.
//!
//! FTS5 brings together all documents of all words with a beginning before it gives the first, so it is never asked for
//! beginnings: they become the words that have them, if those are few, and are left to the texts if not. Words are asked
//! for in ranges of documents, newest first, with a look at the clock between.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::foundation::{ProjectKey, Result};

use super::super::deadline::Deadline;
use super::super::query::{IndexQuery, Term};
use super::sqlite::{File, has_words, trace_number, words_table};
use super::{Candidate, Found, Plan};

/// Words that one beginning may stand for.
const MOST_WORDS: usize = 64;
/// Documents in one range.
const RANGE: i64 = 100_000;
/// Documents of one trace that an earlier page may have shown it by.
const MOST_ABOVE: i64 = 200;

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    term: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl File {
    pub(super) fn plan(&mut self, project: ProjectKey, query: &IndexQuery) -> Result<Option<Plan>> {
        if !has_words(&mut self.conn, project)? {
            return Ok(None);
        }
        let mut plan = Plan { without: query.without.clone(), ..Plan::default() };
        for term in &query.with {
            if !term.is_beginning {
                plan.with.push(vec![term.clone()]);
                continue;
            }
            let words = self.words_beginning(project, &term.text)?;
            if words.is_empty() {
                return Ok(None);
            }
            if words.len() > MOST_WORDS {
                plan.is_broad = true;
            } else {
                plan.with.push(words);
            }
        }
        Ok(Some(plan))
    }

    /// The words with a beginning, up to one more than are used. Each is looked for behind the one before, so that no
    /// word's documents are gone through.
    fn words_beginning(&mut self, project: ProjectKey, beginning: &str) -> Result<Vec<Term>> {
        let words = words_table(project);
        self.conn.batch_execute(&format!(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms_of_{words} USING fts5vocab(main, {words}, instance)"
        ))?;
        let next = format!("SELECT term FROM temp.terms_of_{words} WHERE term >= ? LIMIT 1");
        let (mut found, mut from) = (Vec::new(), beginning.to_owned());
        while found.len() <= MOST_WORDS {
            let word: Option<Word> =
                sql_query(&next).bind::<Text, _>(&from).get_result(&mut self.conn).optional()?;
            let Some(word) = word.filter(|word| word.term.starts_with(beginning)) else { break };
            // No term has a letter as small as this one.
            from = format!("{}\u{1}", word.term);
            found.push(Term { text: word.term, is_beginning: false });
        }
        Ok(found)
    }

    pub(super) fn candidates(
        &mut self,
        project: ProjectKey,
        plan: &Plan,
        below: i64,
        limit: i64,
        until: &Deadline,
    ) -> Result<Found> {
        let newest: Number =
            sql_query("SELECT COALESCE(max(doc), 0) AS number FROM docs").get_result(&mut self.conn)?;
        let mut below = below.min(newest.number.saturating_add(1));
        let mut found: Vec<Candidate> = Vec::new();
        loop {
            let left = limit - i64::try_from(found.len()).unwrap_or(limit);
            let range = (below.saturating_sub(RANGE), below);
            let rows = self.in_range(project, plan, range, left)?;
            let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows >= left);
            found.extend(rows);
            if is_full {
                let last = found.last().map(|candidate| candidate.doc);
                return Ok((found, last));
            }
            below = range.0;
            if below <= 0 {
                return Ok((found, None));
            }
            if until.has_passed() {
                return Ok((found, Some(below)));
            }
        }
    }

    /// Documents from a place on and below another.
    fn in_range(
        &mut self,
        project: ProjectKey,
        plan: &Plan,
        (from, below): (i64, i64),
        limit: i64,
    ) -> Result<Vec<Candidate>> {
        if plan.with.is_empty() {
            let all = "SELECT doc, trace_id, observation_id FROM docs \
                 WHERE doc >= ? AND doc < ? AND project = ? ORDER BY doc DESC LIMIT ?";
            return Ok(sql_query(all)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(below)
                .bind::<BigInt, _>(project.0)
                .bind::<BigInt, _>(limit)
                .load(&mut self.conn)?);
        }
        let words = words_table(project);
        Ok(sql_query(format!(
            "SELECT docs.doc AS doc, trace_id, observation_id FROM {words} CROSS JOIN docs ON docs.doc = {words}.rowid \
             WHERE {words} MATCH ? AND {words}.rowid >= ? AND {words}.rowid < ? ORDER BY {words}.rowid DESC LIMIT ?"
        ))
        .bind::<Text, _>(expression(plan))
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(below)
        .bind::<BigInt, _>(limit)
        .load(&mut self.conn)?)
    }

    pub(super) fn above(
        &mut self,
        project: ProjectKey,
        plan: &Plan,
        trace_id: &str,
        place: i64,
    ) -> Result<Vec<Candidate>> {
        let mut above: Vec<Candidate> = sql_query(
            "SELECT doc, trace_id, observation_id FROM docs \
             WHERE trace = ? AND trace_id = ? AND project = ? AND doc >= ? ORDER BY doc LIMIT ?",
        )
        .bind::<BigInt, _>(trace_number(project, trace_id))
        .bind::<Text, _>(trace_id)
        .bind::<BigInt, _>(project.0)
        .bind::<BigInt, _>(place)
        .bind::<BigInt, _>(MOST_ABOVE)
        .load(&mut self.conn)?;
        if let (false, Some(first), Some(last)) = (plan.with.is_empty(), above.first(), above.last()) {
            // The documents of a trace lie close together; what a long way has between them is not gone through.
            let fitting = self.in_range(project, plan, (first.doc, last.doc + 1), MOST_ABOVE * 5)?;
            above.retain(|row| fitting.iter().any(|found| found.doc == row.doc));
        }
        Ok(above)
    }
}

/// The question in the words of FTS5. Terms hold letters, digits and marks only, so a quotation mark ends none.
fn expression(plan: &Plan) -> String {
    let quoted = |term: &Term| format!("\"{}\"", term.text);
    let any = |terms: &Vec<Term>| format!("({})", terms.iter().map(quoted).collect::<Vec<_>>().join(" OR "));
    let with: Vec<String> = plan.with.iter().map(any).collect();
    let mut expression = format!("({})", with.join(" AND "));
    for term in &plan.without {
        expression = format!("({expression} NOT {})", quoted(term));
    }
    expression
}

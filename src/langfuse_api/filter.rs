//! What a list of the reading API is asked for: conditions from its own parameters and from the JSON filter.

use crate::db::sql::Sql;
use crate::fields::{Condition, Entity, JsonCondition, Test, TextTest, Value, read_conditions};
use crate::foundation::{Error, ProjectKey, Result};
use crate::traces::reads::Scan;

/// The longest filter, in bytes.
const LONGEST: usize = 20_000;

/// Reads the JSON text of a filter; every fault names its place.
pub fn read(text: &str, of: Entity) -> Result<Vec<Condition>> {
    if text.len() > LONGEST {
        return Err(Error::invalid("filter", format!("is longer than {LONGEST} bytes")));
    }
    let sent: Vec<JsonCondition> = serde_json::from_str(text)
        .map_err(|cause| Error::invalid("filter", format!("must be a JSON list of conditions: {cause}")))?;
    read_conditions("filter", &sent, of, |field, sent| {
        // A score's value is text for some and a number for others.
        let number = field.measure.filter(|_| sent.is_of_number() && matches!(field.value, Value::Text(_)));
        Ok(number.map_or(field.value, |measure| Value::Number(measure.sql, 1)))
    })
}

/// What the database tests, and what is left to test on what is read.
#[derive(Debug)]
pub struct Selection {
    /// For the database.
    pub scan: Scan,
    /// For us.
    pub rest: Vec<Condition>,
    /// It names what an index leads to: a trace, a user, a session; or something about traces, which are fewer.
    pub is_narrow: bool,
}

/// All conditions together; those of the filter replace parameters about the same column.
pub fn select(
    project: ProjectKey,
    of: Entity,
    parameters: Vec<Condition>,
    filter: Vec<Condition>,
) -> Selection {
    let scan = Scan::new(of, project, Sql::new(format!("{}.project = ", of.table())).whole(project.0));
    let kept =
        parameters.into_iter().filter(|known| filter.iter().all(|sent| sent.field.name != known.field.name));
    let conditions: Vec<Condition> = kept.collect::<Vec<_>>().into_iter().chain(filter).collect();
    let is_narrow = conditions.iter().any(|one| is_narrow(one, of));
    let (scan, rest) = scan.narrow(conditions);
    Selection { scan, rest, is_narrow }
}

fn is_narrow(condition: &Condition, rows: Entity) -> bool {
    let is_indexed = ["id", "traceId", "userId", "sessionId"].contains(&condition.field.name);
    match condition.test {
        Test::Text(TextTest::Equals, _) | Test::AnyOf(_) | Test::AllOf(_) => {
            is_indexed || condition.field.of != rows
        }
        _ => false,
    }
}

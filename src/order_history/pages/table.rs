//! GET `/work-orders/{number}/history.csv`: the lines that were asked for as a table, in UTC. That they were handed out is recorded.

use actix_web::web::{self, Data, Path};

use super::Record;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::order_history::happening::Happening;
use crate::order_history::trail::Query;
use crate::state::App;
use crate::web::{Principal, WebResult, csv};

/// Lines of one file; what there is beyond is asked for by another span of time, which the last line says.
const LINES: usize = 10_000;

/// The names of the columns.
const HEAD: [&str; 10] =
    ["entry", "at", "who", "kind", "part", "what", "before", "after", "reason", "claimed_only"];

/// The file, narrowed as the history itself.
pub(in crate::order_history) async fn show(
    app: Data<App>,
    who: Principal,
    number: Path<String>,
    query: web::Query<Query>,
) -> WebResult {
    let record = Record::read(&app, &who, &number, &query).await?;
    let trail = record.trail(&query, LINES)?;
    hand_out(&app, &who, &record.order.id, Form::History).await?;
    let table = csv::table(&HEAD, trail.lines.iter().map(cells).chain(left_out(trail.earlier())))?;
    Ok(csv::download(&format!("{}-history.csv", record.order.number), table))
}

/// The line that says that there are more, where there are.
fn left_out(count: usize) -> Option<Vec<String>> {
    let what = format!("{count} more lines are not in this file: ask for a shorter span of time");
    (count > 0).then(|| HEAD.map(|name| if name == "what" { what.clone() } else { String::new() }).to_vec())
}

fn cells(it: &Happening) -> Vec<String> {
    // Of a change of several things each says its own values.
    let what = if it.told.each.is_empty() { it.told.what.clone() } else { it.told.each.join("\n") };
    vec![
        it.seq.to_string(),
        it.at.clone(),
        it.who.clone(),
        it.stored.clone(),
        it.place.clone(),
        what,
        it.told.old.clone(),
        it.told.new.clone(),
        it.told.reason.clone(),
        if it.told.is_claimed { "yes".to_owned() } else { String::new() },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_cut_says_so() {
        assert_eq!(left_out(0), None);
        let line = left_out(3).unwrap();
        assert_eq!((line.len(), line.join("").starts_with("3 more lines")), (HEAD.len(), true));
    }
}

//! The filters of a query. Pure.

use serde::Deserialize;
use serde_json::Value;

use crate::foundation::{Error, Result, Timestamp};

use super::super::fields::View;
use super::{Condition, Test};
use crate::db::sql::Expr;

/// Filters of one query.
const MAX_FILTERS: usize = 30;

/// A filter as sent.
#[derive(Deserialize)]
pub(super) struct RawFilter {
    column: String,
    operator: String,
    #[serde(default)]
    value: Value,
    #[serde(rename = "type")]
    kind: String,
}

/// Checks the filters of a query.
pub(super) fn read_filters(view: View, wanted: &[RawFilter]) -> Result<Vec<Condition>> {
    if wanted.len() > MAX_FILTERS {
        return Err(Error::invalid("query.filters", format!("takes at most {MAX_FILTERS} filters")));
    }
    wanted.iter().map(|filter| read_filter(view, filter)).collect()
}

fn read_filter(view: View, raw: &RawFilter) -> Result<Condition> {
    let dimension = view.dimensions().iter().find(|(name, _)| *name == raw.column).map(|(_, expr)| *expr);
    let measure = view.measures().iter().find(|known| known.name == raw.column).map(|known| known.sql);
    let fault = |what: &str| Err(Error::invalid(format!("query.filters.{}", raw.column), what));
    match raw.kind.as_str() {
        "datetime" => {
            if !matches!(raw.column.as_str(), "timestamp" | "startTime") {
                return fault("only timestamp and startTime are moments here");
            }
            let time = raw.value.as_str().and_then(Timestamp::parse_rfc3339);
            let (Some(operator), Some(time)) = (compare(&raw.operator), time) else {
                return fault("needs an operator of < <= > >= = and a moment of ISO 8601");
            };
            let expr = Expr::Text(view.time());
            Ok(Condition { expr, is_number: true, test: Test::Time(operator, time) })
        }
        "number" => {
            let sql = measure.filter(|sql| !sql.starts_with("DISTINCT "));
            let (Some(sql), Some(operator), Some(number)) = (sql, compare(&raw.operator), raw.value.as_f64())
            else {
                return fault("needs a measure of this view, an operator of < <= > >= = <> and a number");
            };
            Ok(Condition { expr: Expr::Text(sql), is_number: true, test: Test::Number(operator, number) })
        }
        "stringObject" | "numberObject" | "categoryOptionsObject" => {
            fault("metadata cannot be filtered by here; use a dimension of this view")
        }
        _ => {
            let Some(expr) = dimension else { return fault("is no dimension of this view") };
            match read_test(raw, expr) {
                Some(test) => Ok(Condition { expr, is_number: false, test }),
                None => fault("has a type, operator or value that does not fit"),
            }
        }
    }
}

fn compare(operator: &str) -> Option<&'static str> {
    ["=", "<", "<=", ">", ">=", "<>"].into_iter().find(|known| *known == operator)
}

/// Texts in one list of a filter.
const MAX_LIST: usize = 200;

fn read_test(raw: &RawFilter, expr: Expr) -> Option<Test> {
    let text = || raw.value.as_str().map(str::to_owned);
    let list = || -> Option<Vec<String>> {
        let list = raw.value.as_array()?;
        let texts = list.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()?;
        (texts.len() <= MAX_LIST).then_some(texts)
    };
    let is_list = matches!(expr, Expr::Tags(_));
    Some(match (raw.kind.as_str(), raw.operator.as_str()) {
        ("string", "=") if !is_list => Test::Is(text()?),
        ("string", "contains") => Test::Contains(text()?),
        ("string", "does not contain") => Test::Lacks(text()?),
        ("string", "starts with") if !is_list => Test::StartsWith(text()?),
        ("string", "ends with") if !is_list => Test::EndsWith(text()?),
        ("stringOptions" | "categoryOptions" | "arrayOptions", "any of") => Test::AnyOf(list()?),
        ("stringOptions" | "categoryOptions" | "arrayOptions", "none of") => Test::NoneOf(list()?),
        ("arrayOptions", "all of") if is_list => Test::AllOf(list()?),
        ("null", "is null") => Test::Missing,
        ("null", "is not null") => Test::Present,
        ("boolean", "=") => Test::Is(truth(raw, false)?),
        ("boolean", "<>") => Test::Is(truth(raw, true)?),
        _ => return None,
    })
}

/// Booleans stand in their column as `True` and `False`.
fn truth(raw: &RawFilter, turned: bool) -> Option<String> {
    let wanted = raw.value.as_bool()? != turned;
    Some(if wanted { "True" } else { "False" }.to_owned())
}

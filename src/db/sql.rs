//! Statements put together as text, for what the query builder cannot say: SQL of ours, values always bound.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Text};

use crate::foundation::Result;

use super::{AnyConnection, each};

/// The database that will run it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `?`, `instr`, `strftime`.
    Sqlite,
    /// `$1`, `strpos`, `to_char`.
    Postgres,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Bind {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
}

/// How a field is written in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expr {
    /// As it stands.
    Text(&'static str),
    /// The month of a moment, `YYYY-MM`.
    Month(&'static str),
    /// The day of a moment, `YYYY-MM-DD`.
    Day(&'static str),
    /// A JSON list of strings.
    Tags(&'static str),
}

/// A statement with its parameters in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The SQL.
    pub text: String,
    /// The parameters.
    pub binds: Vec<Bind>,
    /// Whose words it is written in.
    pub dialect: Dialect,
}

impl Statement {
    /// An empty statement.
    pub fn new(dialect: Dialect) -> Self {
        Self { text: String::new(), binds: Vec::new(), dialect }
    }

    /// Adds SQL of ours.
    pub fn push(&mut self, sql: &str) {
        self.text.push_str(sql);
    }

    /// Adds a parameter.
    pub fn bind(&mut self, bind: Bind) {
        self.binds.push(bind);
        match self.dialect {
            Dialect::Sqlite => self.text.push('?'),
            Dialect::Postgres => self.text.push_str(&format!("${}", self.binds.len())),
        }
    }

    /// Adds SQL in which each `$` stands for one of the parameters, in order.
    pub fn push_with(&mut self, sql: &str, binds: impl IntoIterator<Item = Bind>) {
        let mut parts = sql.split('$');
        self.push(parts.next().unwrap_or_default());
        for (part, bind) in parts.zip(binds) {
            self.bind(bind);
            self.push(part);
        }
    }

    /// The sum of whole numbers as one, at most the largest there is: SQLite and PostgreSQL would rather fail.
    pub fn whole_sum(&self, value: &str) -> String {
        whole_sum(self.dialect, value)
    }

    /// The name of the type of floating-point numbers.
    pub fn double(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "REAL",
            Dialect::Postgres => "DOUBLE PRECISION",
        }
    }
}

/// See [`Statement::whole_sum`]. SQLite adds up as floating point, exactly up to 2^53, and cuts what a number cannot hold.
pub fn whole_sum(dialect: Dialect, value: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("CAST(TOTAL({value}) AS BIGINT)"),
        Dialect::Postgres => format!("CAST(LEAST(SUM({value}), {}) AS BIGINT)", i64::MAX),
    }
}

macro_rules! bound {
    ($statement:expr) => {{
        let mut query = diesel::sql_query($statement.text).into_boxed();
        for bind in $statement.binds {
            query = match bind {
                Bind::Text(text) => query.bind::<Text, _>(text),
                Bind::Int(number) => query.bind::<BigInt, _>(number),
                Bind::Real(number) => query.bind::<Double, _>(number),
            };
        }
        query
    }};
}

/// Runs a statement that changes something.
pub fn execute(conn: &mut AnyConnection, build: impl FnOnce(Dialect) -> Statement) -> Result<()> {
    let statement = build(dialect(conn));
    each!(conn, |c| bound!(statement).execute(c))?;
    Ok(())
}

fn dialect(conn: &AnyConnection) -> Dialect {
    if conn.is_sqlite() { Dialect::Sqlite } else { Dialect::Postgres }
}

/// Runs a statement that gives rows.
pub fn load<T>(conn: &mut AnyConnection, build: impl FnOnce(Dialect) -> Statement) -> Result<Vec<T>>
where
    T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
{
    let statement = build(dialect(conn));
    Ok(each!(conn, |c| bound!(statement).load(c))?)
}

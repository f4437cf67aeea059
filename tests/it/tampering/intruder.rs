//! Somebody who writes into the database file past every trigger and check, and puts it back afterwards.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// One change of one row.
#[derive(Clone, Debug)]
pub struct Tampering {
    pub table: String,
    /// The column edited, or `insert`, `delete`, `swap`.
    pub what: String,
    sql: Vec<String>,
}

#[derive(Clone, Debug, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    key: i64,
    /// Whether no two rows may have the same here, alone or with others.
    #[diesel(sql_type = BigInt)]
    is_unique: i64,
}

impl Column {
    /// Another value, which no other row has where that is asked.
    fn altered(&self, literal: &str) -> String {
        let is_number = self.kind == "INTEGER" && literal != "NULL";
        match literal.parse::<i64>().ok().filter(|_| is_number && (self.key > 0 || self.is_unique > 0)) {
            Some(number) => (number + 1_000_003).to_string(),
            None => altered(literal, &self.kind),
        }
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

pub struct Intruder {
    conn: SqliteConnection,
    kept: Vec<(String, Vec<String>)>,
}

impl Intruder {
    pub fn of(file: &str) -> Self {
        let mut conn = SqliteConnection::establish(file).unwrap();
        conn.batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON",
        )
        .unwrap();
        let triggers = lines(&mut conn, "SELECT name AS line FROM sqlite_master WHERE type = 'trigger'");
        triggers.iter().for_each(|name| conn.batch_execute(&format!("DROP TRIGGER {name}")).unwrap());
        Self { conn, kept: Vec::new() }
    }

    pub fn tables(&mut self) -> Vec<String> {
        let sql = "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        lines(&mut self.conn, sql)
    }

    /// Every change that can be made to this table; none when it has no rows.
    pub fn kinds_of(&mut self, table: &str) -> Vec<Tampering> {
        let columns = self.columns(table);
        let rows = self.rows(table, &columns);
        let Some(first) = rows.first().cloned() else { return Vec::new() };
        let mut kinds = Vec::new();
        let mut put = |what: &str, sql: Vec<String>| {
            kinds.push(Tampering { table: table.to_owned(), what: what.to_owned(), sql });
        };
        for (place, column) in columns.iter().enumerate() {
            // A row that says something there, if one does.
            let row = rows.iter().find(|row| row[place] != "NULL").unwrap_or(&first);
            let new = column.altered(&row[place]);
            put(
                &column.name,
                vec![format!(
                    "UPDATE {table} SET \"{}\" = {new} WHERE {}",
                    column.name,
                    is_it(&columns, row)
                )],
            );
        }
        put("delete", vec![format!("DELETE FROM {table} WHERE {}", is_it(&columns, &first))]);
        let mut copy = first.clone();
        let keys = columns.iter().filter(|column| column.key > 0).count();
        for (place, column) in columns.iter().enumerate() {
            // The same project, where a project may have several rows.
            let is_shared = column.name == "project" && keys != 1;
            if !is_shared && (column.key > 0 || column.is_unique > 0) {
                copy[place] = column.altered(&copy[place]);
            }
        }
        put("insert", vec![insert(table, &copy)]);
        if let Some((a, b)) = exchangeable(&columns, &rows) {
            let swapped = |of: &[String], with: &[String]| -> Vec<String> {
                let each = columns.iter().zip(of.iter().zip(with));
                each.map(|(column, (of, with))| if column.key > 0 { of.clone() } else { with.clone() })
                    .collect()
            };
            let mut sql: Vec<String> =
                [a, b].map(|row| format!("DELETE FROM {table} WHERE {}", is_it(&columns, row))).into();
            sql.extend([insert(table, &swapped(a, b)), insert(table, &swapped(b, a))]);
            put("swap", sql);
        }
        self.kept = vec![(table.to_owned(), rows.iter().map(|row| insert(table, row)).collect())];
        kinds
    }

    pub fn apply(&mut self, tampering: &Tampering) {
        self.run(&tampering.sql.join(";\n"));
    }

    /// Does whatever these statements say, after all rows were noted; says what the database says against it.
    pub fn attack(&mut self, sql: &str) -> Result<(), String> {
        self.kept = self.all_rows();
        self.tried(sql)
    }

    /// Puts back what [`Self::attack`] changed; tells which tables it had changed.
    pub fn undo(&mut self) -> Vec<String> {
        let now = self.all_rows();
        let before = std::mem::take(&mut self.kept);
        let changed: Vec<_> = before.into_iter().zip(now).filter(|(before, now)| before != now).collect();
        let whole = changed.iter().map(|((table, rows), _)| {
            let statements = [format!("DELETE FROM {table}")].into_iter().chain(rows.iter().cloned());
            statements.collect::<Vec<_>>().join(";\n") + ";\n"
        });
        self.run(&format!("{}SELECT 1", whole.collect::<String>()));
        changed.into_iter().map(|((table, _), _)| table).collect()
    }

    /// Every row of every table as statements, for whoever brings some back later.
    pub fn all_rows(&mut self) -> Vec<(String, Vec<String>)> {
        let mut all = Vec::new();
        for table in self.tables() {
            let columns = self.columns(&table);
            let rows = self.rows(&table, &columns).iter().map(|row| insert(&table, row)).collect();
            all.push((table, rows));
        }
        all
    }

    pub fn restore(&mut self, table: &str) {
        let (of, rows) = self.kept.first().cloned().unwrap();
        assert_eq!(of, table);
        self.run(&format!("DELETE FROM {table};\n{}", rows.join(";\n")));
    }

    fn run(&mut self, sql: &str) {
        self.tried(sql).unwrap();
    }

    fn tried(&mut self, sql: &str) -> Result<(), String> {
        let whole = format!("BEGIN IMMEDIATE;\n{sql};\nCOMMIT");
        self.conn.batch_execute(&whole).map_err(|cause| {
            let _ = self.conn.batch_execute("ROLLBACK");
            format!("{cause}: {}", sql.chars().take(2_000).collect::<String>())
        })
    }

    fn columns(&mut self, table: &str) -> Vec<Column> {
        let sql = format!(
            "SELECT c.name AS name, c.type AS kind, CAST(c.pk AS BIGINT) AS key, CAST(EXISTS (
               SELECT 1 FROM pragma_index_list('{table}') i, pragma_index_info(i.name) n
               WHERE i.\"unique\" = 1 AND n.name = c.name) AS BIGINT) AS is_unique
             FROM pragma_table_info('{table}') c ORDER BY c.cid"
        );
        diesel::sql_query(sql).load(&mut self.conn).unwrap()
    }

    /// Every row as literals.
    fn rows(&mut self, table: &str, columns: &[Column]) -> Vec<Vec<String>> {
        let quoted: Vec<String> = columns.iter().map(|column| literal(&column.name)).collect();
        let keys: Vec<String> = columns
            .iter()
            .filter(|column| column.key > 0)
            .map(|column| format!("\"{}\"", column.name))
            .collect();
        let order = if keys.is_empty() { String::new() } else { format!(" ORDER BY {}", keys.join(", ")) };
        let sql = format!("SELECT json_array({}) AS line FROM {table}{order}", quoted.join(", "));
        lines(&mut self.conn, &sql).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A value as a literal. `quote` ends a text at its first NUL.
fn literal(column: &str) -> String {
    format!(
        "CASE WHEN typeof(\"{column}\") = 'text' AND instr(CAST(\"{column}\" AS BLOB), x'00') > 0
         THEN 'CAST(x''' || hex(\"{column}\") || ''' AS TEXT)' ELSE quote(\"{column}\") END"
    )
}

fn lines(conn: &mut SqliteConnection, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

fn insert(table: &str, row: &[String]) -> String {
    format!("INSERT INTO {table} VALUES ({})", row.join(", "))
}

/// A condition that this row alone meets: by its key, else by all it says.
fn is_it(columns: &[Column], row: &[String]) -> String {
    let has_key = columns.iter().any(|column| column.key > 0);
    let named = columns.iter().zip(row).filter(|(column, _)| !has_key || column.key > 0);
    named.map(|(column, value)| format!("\"{}\" IS {value}", column.name)).collect::<Vec<_>>().join(" AND ")
}

/// Two rows that say different things beside their keys.
fn exchangeable<'r>(
    columns: &[Column],
    rows: &'r [Vec<String>],
) -> Option<(&'r Vec<String>, &'r Vec<String>)> {
    let rest = |row: &[String]| -> Vec<String> {
        columns
            .iter()
            .zip(row)
            .filter(|(column, _)| column.key == 0)
            .map(|(_, value)| value.clone())
            .collect()
    };
    let first = rows.first()?;
    let has_key = columns.iter().any(|column| column.key > 0);
    let second = rows.iter().find(|row| rest(row) != rest(first)).filter(|_| has_key)?;
    Some((first, second))
}

/// Another value of the same type.
fn altered(literal: &str, kind: &str) -> String {
    match (literal, kind) {
        ("NULL", "INTEGER") => "1".to_owned(),
        ("NULL", "REAL") => "1.5".to_owned(),
        ("NULL", "BLOB") => "X'01'".to_owned(),
        ("NULL", _) => "'x'".to_owned(),
        // A flag is still a flag; see [`Column::altered`] for keys.
        ("0" | "1", "INTEGER") => if literal == "0" { "1" } else { "0" }.to_owned(),
        (_, "INTEGER") => {
            literal.parse::<i64>().map_or("1".to_owned(), |number| (number + 1_000_003).to_string())
        }
        (_, "REAL") => {
            literal.parse::<f64>().map_or("1.5".to_owned(), |number| format!("{:?}", number + 1.5))
        }
        (_, "BLOB") if literal.len() < 5 => "X'01'".to_owned(),
        (_, "BLOB") => {
            // The middle: beginnings say the form only.
            let place = 2 + (literal.len() - 3) / 2;
            let digit = if literal.as_bytes()[place] == b'0' { "1" } else { "0" };
            format!("{}{digit}{}", &literal[..place], &literal[place + 1..])
        }
        _ => format!("{}x'", literal.strip_suffix('\'').unwrap_or("'")),
    }
}

//! `import --dry-run`: what would become of each file, as a table.

use std::path::{Path, PathBuf};

use order_tables::is_table;

use crate::foundation::Timestamp;
use crate::imports::reading::{Columns, drafts};
use crate::work_orders::actions::import::{Brought, Choices, read_with};
use crate::work_orders::read::{Kept, Taken};
use crate::work_orders::write::write;

use super::say;

/// What was found in one file.
struct Row {
    taken: Taken,
    kept: Kept,
    /// Whether it comes out byte for byte as it went in; a table never does.
    same: bool,
    /// The drafts that a table becomes.
    orders: Option<usize>,
}

/// Prints a line for each file and the sums; fails when a file cannot be taken or does not come out the same.
pub(super) fn print(files: &[PathBuf], points: bool) -> anyhow::Result<()> {
    say("steps  items  criteria  safety  code  ticked  not tickable  bytes      file");
    let (mut taken, mut tickable, mut left, mut same, mut tables) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for file in files {
        match read(file, points) {
            Ok(row) => {
                line(file, &row);
                taken += 1;
                tickable += row.taken.items + row.taken.criteria;
                left += row.kept.boxes;
                same += usize::from(row.same);
                tables += usize::from(row.orders.is_some());
            }
            Err(why) => say(format_args!("{:<71}{}: {why}", "refused", file.display())),
        }
    }
    say(format_args!(
        "{taken} of {} files taken; {tickable} boxes and criteria can be ticked, {left} boxes stand in code, comments or HTML; \
         {same} of {taken} come out byte for byte the same",
        files.len()
    ));
    if tables > 0 {
        say(format_args!("{tables} of them are tables, whose orders come out as Markdown"));
    }
    anyhow::ensure!(
        taken == files.len() && same + tables == taken,
        "not every file could be taken and written out unchanged"
    );
    Ok(())
}

fn line(file: &Path, row: &Row) {
    let Taken { steps, items, criteria, safety, code, claimed } = row.taken;
    let bytes = match row.orders {
        Some(1) => "1 order".to_owned(),
        Some(orders) => format!("{orders} orders"),
        None if row.same => "same".to_owned(),
        None => "DIFFERENT".to_owned(),
    };
    let left = row.kept.boxes;
    say(format_args!(
        "{steps:>5}  {items:>5}  {criteria:>8}  {safety:>6}  {code:>4}  {claimed:>6}  {left:>12}  {bytes:<9}  {}",
        file.display()
    ));
}

fn read(file: &Path, points: bool) -> anyhow::Result<Row> {
    let bytes = std::fs::read(file)?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if is_table(&name) {
        return table(&name, &bytes);
    }
    let choices = Choices { points_are_items: points, ..Choices::default() };
    let brought = Brought { file: Some(name), bytes, choices };
    let reading = read_with(&brought)?;
    let (taken, kept) = (reading.taken(), reading.kept());
    let mut count = 0_u32;
    let order = reading.into_order(&mut || {
        count += 1;
        format!("new-{count}")
    })?;
    Ok(Row { taken, kept, same: write(&order).as_bytes() == brought.bytes.as_slice(), orders: None })
}

fn table(name: &str, bytes: &[u8]) -> anyhow::Result<Row> {
    let made = drafts(name, bytes, &Choices::default(), &Columns::default(), Timestamp(0))?;
    let mut taken = Taken::default();
    for draft in &made {
        taken.steps += draft.read.taken.steps;
        taken.items += draft.read.taken.items;
        taken.claimed += draft.read.taken.claimed;
    }
    Ok(Row { taken, kept: Kept::default(), same: false, orders: Some(made.len()) })
}

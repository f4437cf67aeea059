//! Time, parts and files that the people of the story write down and bring.

use futures_util::stream;

use crate::demo::cast::Who;
use crate::foundation::money::{Currency, Money};
use crate::foundation::{Error, Result};
use crate::work_orders::actions::{add_files, log_time, use_part};
use crate::work_orders::gathered::events::{PartAmount, Worked};
use crate::work_orders::model::{FilePlace, Quantity, Target};

use super::acts::Act;
use super::files;
use super::player::Told;

/// What the workshop pays in.
pub(in crate::demo) const CURRENCY: &str = "EUR";

impl Told<'_> {
    /// Keeps one of them; no other act comes here.
    pub(super) async fn keep(&self, key: &str, act: &Act) -> Result<()> {
        match act {
            Act::Time(who, minutes, note) => self.time(key, *who, *minutes, note).await,
            Act::Part(who, name, quantity, unit, cents, source) => {
                let amount = amount(quantity, unit, *cents, source)?;
                let (asker, name) = (&self.cast().of(*who).asker, (*name).to_owned());
                use_part::use_part(self.service(), asker, self.id(key)?, None, name, amount).await.map(drop)
            }
            Act::File(who, place, name, words) => self.file(key, *who, place, (*name, *words)).await,
            _ => Err(Error::internal("nobody plays this act")),
        }
    }

    async fn time(&self, key: &str, who: Who, minutes: u32, note: &str) -> Result<()> {
        let day = self.past().services.app.now().to_chrono().format("%Y-%m-%d").to_string();
        let worked = Worked { minutes, day, note: note.to_owned(), ..Worked::default() };
        log_time::log_time(self.service(), &self.cast().of(who).asker, self.id(key)?, worked).await.map(drop)
    }

    async fn file(&self, key: &str, who: Who, place: &str, (name, words): (&str, &str)) -> Result<()> {
        let (service, asker, id) = (self.service(), &self.cast().of(who).asker, self.id(key)?);
        let place = match place {
            "" => FilePlace::Order,
            place => match self.place(key, place).await? {
                Target::Step(id) => FilePlace::Step(id),
                Target::Item(id) => FilePlace::Item(id),
                Target::Criterion(id) => FilePlace::Criterion(id),
            },
        };
        let mut received = add_files::Received::default();
        let bytes = stream::iter([Ok::<_, Error>(files::content(name))]);
        add_files::receive(service, asker, id, &mut received, name, bytes).await?;
        add_files::add_files(service, asker, id, received, place, words.to_owned()).await.map(drop)
    }
}

fn amount(quantity: &str, unit: &str, cents: i64, source: &str) -> Result<PartAmount> {
    let quantity = Quantity::parse(quantity);
    let currency = Currency::parse(CURRENCY).ok_or_else(|| Error::internal("no such currency"))?;
    Ok(PartAmount {
        quantity: quantity.ok_or_else(|| Error::internal("the story counts in no such number"))?,
        unit: unit.to_owned(),
        unit_cost: Some(Money { nanos: cents * 10_000_000, currency }),
        source: source.to_owned(),
    })
}

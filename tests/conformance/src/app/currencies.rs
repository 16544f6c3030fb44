//! Currencies, as JSON and as lines of text.

use viewset_actix::prelude::*;

#[derive(Clone, Copy, Serialize)]
struct Currency {
    code: &'static str,
    name: &'static str,
    digits: u8,
}

static CURRENCIES: [Currency; 4] = [
    Currency { code: "EUR", name: "Euro", digits: 2 },
    Currency { code: "USD", name: "US Dollar", digits: 2 },
    Currency { code: "GBP", name: "Pound Sterling", digits: 2 },
    Currency { code: "JPY", name: "Yen (円)", digits: 0 },
];

pub(super) struct CurrencyViewSet;

/// Currencies, without a model behind them.
#[viewset(renderer_classes = [JsonRenderer, LineRenderer])]
impl CurrencyViewSet {
    async fn list(&self) -> Data<&'static [Currency]> {
        Data(&CURRENCIES)
    }

    async fn retrieve(&self, pk: String) -> Result<Data<&'static Currency>> {
        let known = CURRENCIES.iter().find(|currency| currency.code == pk);
        known.map(Data).ok_or_else(Error::not_found)
    }
}

/// One line `key=value; key=value` per object.
struct LineRenderer;

impl Renderer for LineRenderer {
    fn media_type(&self) -> &'static str {
        "text/plain"
    }

    fn format(&self) -> &'static str {
        "txt"
    }

    fn render(&self, data: &Value, _status: StatusCode, _req: &Request) -> Result<Vec<u8>> {
        let rows = match data {
            Value::List(rows) => rows.as_slice(),
            row => std::slice::from_ref(row),
        };
        Ok(rows.iter().map(line).collect::<String>().into_bytes())
    }
}

fn line(row: &Value) -> String {
    let Value::Map(members) = row else { return String::new() };
    let members: Vec<_> =
        members.iter().map(|(key, value)| format!("{key}={}", text(value))).collect();
    format!("{}\n", members.join("; "))
}

/// A value as Python's `str` shows it.
fn text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        other => repr(other),
    }
}

/// A value as Python's `repr` shows it.
fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Str(text) => format!("'{text}'"),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

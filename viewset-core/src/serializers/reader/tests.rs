use super::*;
use crate::data::{FormData, UploadedFile};
use crate::serializers::{Dict, JsonValue};

const NAME: Field = Field::new::<String>("name", "name");
const AGE: Field = Field::new::<Option<i32>>("age", "age").required(true);
const ACTIVE: Field = Field::new::<bool>("active", "active").required(false);

type Row = (Option<String>, Option<Option<i32>>, Option<bool>);

fn read(data: &Value, partial: bool) -> Result<Row, String> {
    let text = |error: ErrorDetail| serde_json::to_string(&error).unwrap_or_default();
    let mut reader = Reader::new(data, partial).map_err(text)?;
    let row = (reader.read(&NAME), reader.read(&AGE), reader.read_or(&ACTIVE, || true));
    reader.finish().map_err(text)?;
    Ok(row)
}

fn map<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    pairs.into_iter().collect()
}

#[test]
fn only_a_map_is_an_object() {
    let table = [
        (Value::Null, "No data provided"),
        (Value::List(vec![]), "Invalid data. Expected a dictionary, but got list."),
        (Value::Int(5), "Invalid data. Expected a dictionary, but got int."),
        (Value::Bool(true), "Invalid data. Expected a dictionary, but got bool."),
    ];
    for (data, message) in table {
        let expected = format!(r#"{{"non_field_errors":["{message}"]}}"#);
        assert_eq!(read(&data, false), Err(expected));
    }
}

#[test]
fn all_fields_are_asked_for_and_reported_in_their_order() {
    let expected = concat!(
        r#"{"name":["This field is required."],"age":["A valid integer is required."],"#,
        r#""active":["Must be a valid boolean."]}"#
    );
    let data = map([("active", Value::Int(2)), ("age", Value::from("x"))]);
    assert_eq!(read(&data, false), Err(expected.to_owned()));
}

#[test]
fn null_and_absent_stay_apart() {
    let data = map([("age", Value::Null)]);
    assert_eq!(read(&data, true), Ok((None, Some(None), None)));
    let data = map([("name", Value::Null), ("active", Value::Null)]);
    let null = r#"["This field may not be null."]"#;
    assert_eq!(read(&data, true), Err(format!(r#"{{"name":{null},"active":{null}}}"#)));
}

#[test]
fn a_default_is_used_unless_the_update_is_partial() {
    let data = map([("name", Value::from("Ann")), ("age", Value::Int(1))]);
    let ann = Some("Ann".to_owned());
    assert_eq!(read(&data, false), Ok((ann.clone(), Some(Some(1)), Some(true))));
    assert_eq!(read(&data, true), Ok((ann, Some(Some(1)), None)));
}

fn form(pairs: &[(&str, &str)]) -> Value {
    let mut form = FormData::new();
    for (name, value) in pairs {
        form.push(*name, *value);
    }
    Value::Form(form)
}

#[test]
fn an_empty_text_of_a_form_is_null_or_absent_where_that_is_allowed() {
    let blank = r#"{"name":["This field may not be blank."]}"#;
    let data = form(&[("name", ""), ("age", ""), ("active", "")]);
    assert_eq!(read(&data, true), Err(blank.to_owned()));
    let data = form(&[("name", "Ann"), ("age", ""), ("active", "")]);
    assert_eq!(read(&data, false), Ok((Some("Ann".to_owned()), Some(None), Some(true))));
    const NICK: Field = Field::new::<String>("nick", "nick").required(false).allow_blank();
    let data = form(&[("nick", "")]);
    let nick = Reader::new(&data, false).ok().and_then(|mut reader| reader.read(&NICK));
    assert_eq!(nick, Some(String::new()));
}

#[test]
fn a_box_that_a_form_lacks_is_not_checked() {
    const BOX: Field = Field::new::<bool>("box", "box");
    const MAYBE: Field = Field::new::<Option<bool>>("box", "box");
    let read = |data: &Value, partial| {
        let mut reader = Reader::new(data, partial).ok()?;
        let row = (reader.read::<bool>(&BOX), reader.read::<Option<bool>>(&MAYBE));
        reader.finish().ok().map(|()| row)
    };
    assert_eq!(read(&form(&[]), false), Some((Some(false), Some(None))));
    assert_eq!(read(&form(&[]), true), Some((None, None)));
    assert_eq!(read(&map([]), false), None);
}

#[test]
fn a_file_is_no_text() {
    let mut data = FormData::new();
    data.push("name", "Ann");
    data.push_file("name", UploadedFile::from_bytes("a.txt", "text/plain", "Ann"));
    let expected = r#"{"name":["Not a valid string."]}"#.to_owned();
    assert_eq!(read(&Value::Form(data), true), Err(expected));
}

#[test]
fn a_box_that_is_not_ticked_is_false_unless_there_is_a_default() {
    let (data, empty) = (form(&[("name", "Ann")]), Value::Map(vec![]));
    let blank = form(&[("active", "")]);
    let whole = |data| Reader::new(data, false).ok().map(|mut reader| reader.read::<bool>(&ACTIVE));
    let part = |data| Reader::new(data, true).ok().map(|mut reader| reader.read::<bool>(&ACTIVE));
    assert_eq!((whole(&data), part(&data)), (Some(Some(false)), Some(None)));
    assert_eq!((whole(&empty), whole(&blank), part(&blank)), (Some(None), Some(None), Some(None)));
    let mut reader = Reader::new(&data, false).ok();
    let default = reader.as_mut().map(|reader| reader.read_or(&ACTIVE, || true));
    assert_eq!(default, Some(Some(true)));
}

#[test]
fn a_list_in_a_form_is_several_values_or_numbered_ones() {
    const TAGS: Field = Field::new::<Vec<String>>("tags", "tags").required(false);
    let table: [(&[_], Option<&[_]>); 5] = [
        (&[("tags", "a"), ("tags", "b"), ("tags[0]", "c")], Some(&["a", "b"])),
        (&[("tags[10]", "b"), ("tags[2]", "a"), ("tags[2]", "c")], Some(&["c", "b"])),
        (
            &[("tags[99999999999999999999]", "b"), ("tags[099]", "a"), ("tags[100]", "x")],
            Some(&["a", "x", "b"]),
        ),
        (&[("tags[x]", "a"), ("tags[]", "b"), ("tag[0]", "c")], None),
        (&[], None),
    ];
    for (pairs, expected) in table {
        let data = form(pairs);
        let read = Reader::new(&data, false).ok().map(|mut reader| reader.read(&TAGS));
        let expected = expected.map(|items: &[&str]| items.iter().map(|item| (*item).to_owned()));
        assert_eq!(read, Some(expected.map(Iterator::collect::<Vec<_>>)), "{pairs:?}");
    }
    let mut data = FormData::new();
    data.push("tags[1]", "b");
    data.push_file("tags[0]", UploadedFile::from_bytes("a.txt", "text/plain", "a"));
    let data = Value::Form(data);
    let mut reader =
        Reader::new(&data, true).unwrap_or_else(|_| unreachable!("a form is an object"));
    assert_eq!(reader.read::<Vec<String>>(&TAGS), None);
    let data = form(&[("tags[0]x", "a"), ("tags[0]y", "b")]);
    let mut reader =
        Reader::new(&data, true).unwrap_or_else(|_| unreachable!("a form is an object"));
    assert_eq!(reader.read::<Vec<String>>(&TAGS), None);
    let expected = r#"{"tags":{"0":["Not a valid string."]}}"#;
    let told = reader.finish().map_err(|error| serde_json::to_string(&error).unwrap_or_default());
    assert_eq!(told, Err(expected.to_owned()));
}

/// U22.
#[test]
fn an_object_in_a_form_is_several_keys_and_json_is_text() {
    const SIZE: Field = Field::new::<Dict<i32>>("f", "f");
    const JSON: Field = Field::new::<JsonValue>("f", "f");
    fn told<T: FieldValue + serde::Serialize>(data: &Value, field: &Field) -> String {
        let mut reader =
            Reader::new(data, false).unwrap_or_else(|_| unreachable!("a form is an object"));
        let text = match (reader.read::<T>(field), reader.finish()) {
            (Some(value), _) => serde_json::to_string(&value),
            (None, errors) => serde_json::to_string(&errors.err()),
        };
        text.unwrap_or_default()
    }
    let required = r#"{"f":["This field is required."]}"#;
    let objects: [(&[_], &str); 7] = [
        (&[("f.a", "1"), ("f.b", "2")], r#"{"a":1,"b":2}"#),
        (&[("f.a", "1"), ("f.a", "2")], r#"{"a":2}"#),
        (&[("f.a.b", "1")], r#"{"a.b":1}"#),
        (&[("f", "1")], "{}"),
        (&[("f.a", "x")], r#"{"f":{"a":["A valid integer is required."]}}"#),
        (&[("f[a]", "1"), ("f.", "1")], required),
        (&[], required),
    ];
    for (pairs, expected) in objects {
        assert_eq!(told::<Dict<i32>>(&form(pairs), &SIZE), expected, "{pairs:?}");
    }
    let invalid = r#"{"f":["Value must be valid JSON."]}"#;
    let texts: [(&[_], &str); 5] = [
        (&[("f", r#"{"a":1}"#)], r#"{"a":1}"#),
        (&[("f", "5")], "5"),
        (&[("f", "x")], invalid),
        (&[("f", "")], invalid),
        (&[("f.a", "1")], required),
    ];
    for (pairs, expected) in texts {
        assert_eq!(told::<JsonValue>(&form(pairs), &JSON), expected, "{pairs:?}");
    }
}

/// As DRF reads lists of these fields.
#[test]
fn an_item_of_a_list_in_a_form_is_a_form() {
    fn read<T: FieldValue + serde::Serialize>(pairs: &[(&str, &str)]) -> String {
        let field = Field::new::<T>("f", "f");
        let data = form(pairs);
        let mut reader =
            Reader::new(&data, false).unwrap_or_else(|_| unreachable!("a form is an object"));
        let text = match (reader.read::<T>(&field), reader.finish()) {
            (Some(value), _) => serde_json::to_string(&value),
            (None, errors) => serde_json::to_string(&errors.err()),
        };
        text.unwrap_or_default()
    }
    let lists: [(&[_], &str); 4] = [
        (&[("f[0][1]", "b"), ("f[0][0]", "a"), ("f[1][0]", "c")], r#"[["a","b"],["c"]]"#),
        (&[("f[0]x", "1")], "[[]]"),
        (&[("f[0]", "a")], r#"{"f":{"0":["Expected a list of items but got type \"str\"."]}}"#),
        (&[("f[0][0]", "")], r#"{"f":{"0":{"0":["This field may not be blank."]}}}"#),
    ];
    for (pairs, expected) in lists {
        assert_eq!(read::<Vec<Vec<String>>>(pairs), expected, "{pairs:?}");
    }
    let objects: [(&[_], &str); 4] = [
        (&[("f[0].a", "1"), ("f[0].b", "2"), ("f[3].c", "3")], r#"[{".a":1,".b":2},{".c":3}]"#),
        (&[("f[0]a", "1")], r#"[{"a":1}]"#),
        (&[("f[0].a", "x")], r#"{"f":{"0":{".a":["A valid integer is required."]}}}"#),
        (
            &[("f[0]", "1")],
            r#"{"f":{"0":["Expected a dictionary of items but got type \"str\"."]}}"#,
        ),
    ];
    for (pairs, expected) in objects {
        assert_eq!(read::<Vec<Dict<i32>>>(pairs), expected, "{pairs:?}");
    }
    assert_eq!(read::<Vec<JsonValue>>(&[("f[0]a", "1"), ("f[0]b", "2")]), r#"[{"a":"1","b":"2"}]"#);
}

/// A list of boxes says nothing by numbers, and a file is no JSON.
#[test]
fn some_fields_of_a_form_are_read_under_their_name_alone() {
    const KEYS: Field = Field::many_related("tags").required(false);
    const JSON: Field = Field::new::<JsonValue>("f", "f");
    let many = |pairs: &[_], partial| {
        let data = form(pairs);
        Reader::new(&data, partial).ok().and_then(|mut reader| reader.many(&KEYS))
    };
    assert_eq!(many(&[("tags[0]", "1")], true), None);
    assert_eq!(many(&[("tags[0]", "1")], false), Some(vec![]));
    assert_eq!(many(&[("tags", "1"), ("tags", "2")], true), Some(vec!["1".into(), "2".into()]));
    let mut data = FormData::new();
    data.push_file("f", UploadedFile::from_bytes("a.json", "application/json", "{}"));
    let data = Value::Form(data);
    let mut reader =
        Reader::new(&data, true).unwrap_or_else(|_| unreachable!("a form is an object"));
    assert_eq!(reader.read::<JsonValue>(&JSON), None);
    let told = reader.finish().map_err(|error| serde_json::to_string(&error).ok());
    assert_eq!(told, Err(Some(r#"{"f":["Value must be valid JSON."]}"#.to_owned())));
}

#[test]
fn unknown_keys_and_keys_in_another_case_are_overlooked() {
    let data = map([("Name", Value::Int(1)), ("x", Value::Null)]);
    assert_eq!(read(&data, true), Ok((None, None, None)));
}

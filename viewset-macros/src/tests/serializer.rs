//! `#[derive(Serializer)]`: its messages and its expansion.

use proc_macro2::TokenStream;
use quote::quote;

use super::support;
use crate::serializer::derive;

/// The messages about `struct S { #[field(args)] name: ty }`.
fn field_messages(args: TokenStream, ty: TokenStream) -> Vec<String> {
    support::messages(derive(quote!(struct S { #[field(#args)] name: #ty })))
}

#[test]
fn it_goes_on_a_struct_with_named_fields() {
    let expected = ["`#[derive(Serializer)]` goes on a struct with named fields"];
    for item in [
        quote!(
            struct S;
        ),
        quote!(
            struct S(String);
        ),
        quote!(
            enum S {
                A { b: String },
            }
        ),
    ] {
        assert_eq!(support::messages(derive(item)), expected);
    }
}

#[test]
fn it_takes_no_generics() {
    let expected = ["`#[derive(Serializer)]` takes no generics"];
    for item in [
        quote!(
            struct S<T> {
                a: T,
            }
        ),
        quote!(
            struct S<'a> {
                a: &'a str,
            }
        ),
    ] {
        assert_eq!(support::messages(derive(item)), expected);
    }
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let messages = field_messages(quote!(max_lenght = 5), quote!(String));
    let expected = "unknown key `max_lenght` in `#[field]`\nhelp: expected one of `max_length`, ";
    assert!(messages[0].starts_with(expected), "{messages:?}");
    let unknown = derive(quote!(
        #[serializer(krate = a)]
        struct S {
            a: String,
        }
    ));
    assert_eq!(
        support::messages(unknown),
        [
            "unknown key `krate` in `#[serializer]`\nhelp: expected one of `crate`, `model`, `validate`"
        ]
    );
}

#[test]
fn a_key_stands_once_even_in_two_attributes() {
    let item = quote!(
        struct S {
            #[field(min_length = 1)]
            #[field(min_length = 2)]
            a: String,
        }
    );
    assert_eq!(support::messages(derive(item)), ["duplicate key `min_length`"]);
}

#[test]
fn what_a_type_says_is_no_word() {
    for word in crate::words::field::IN_TYPE {
        let word: proc_macro2::Ident = quote::format_ident!("{word}");
        let expected = format!(
            "`{word}` is in the type of a decimal\n\
             help: `Decimal<12, 2>` has 12 digits, 2 of them behind the point"
        );
        assert_eq!(field_messages(quote!(#word = 12), quote!(Decimal<12, 2>)), [expected]);
    }
}

#[test]
fn what_is_found_in_a_row_needs_a_model() {
    for word in [quote!(method), quote!(nested), quote!(hyperlink), quote!(source = a.b)] {
        let name = word.clone().into_iter().next().map(|word| word.to_string());
        let expected = format!(
            "`{}` of field `name` needs a model\nhelp: `#[serializer(model = …)]` on the struct",
            name.unwrap_or_default()
        );
        assert_eq!(field_messages(word, quote!(String)), [expected]);
    }
}

fn messages_about_a_model(args: TokenStream, ty: TokenStream) -> Vec<String> {
    let item = quote! {
        #[serializer(model = Note)]
        struct S {
            #[field(#args)]
            name: #ty,
        }
    };
    support::messages(derive(item))
}

#[test]
fn a_field_is_found_in_one_way() {
    let table = [
        (quote!(method, hyperlink), "method", "hyperlink"),
        (quote!(nested, hyperlink), "hyperlink", "nested"),
        (quote!(source = a.b, slug_related, method), "method", "slug_related"),
        (quote!(source = a.b, through = Tag, method), "method", "through"),
        (quote!(source = a.b, through = Tag, hyperlink, nested), "hyperlink", "nested"),
    ];
    for (args, first, second) in table {
        let expected = format!("field `name` may not set both `{first}` and `{second}`");
        assert_eq!(messages_about_a_model(args, quote!(String)), [expected]);
    }
    let expected = "the URL of field `name` is that of a row\nhelp: `source = author`";
    let args = quote!(source = author.name, hyperlink);
    assert_eq!(messages_about_a_model(args, quote!(String)), [expected]);
    let expected = "a field is one relation away at most: `author.name`\n\
                    help: `through` names the rows in between: `book.tag.name`";
    let args = quote!(source = book.author.name);
    assert_eq!(messages_about_a_model(args, quote!(String)), [expected]);
    let expected = "a field is two relations away at most: `book.tag.name`";
    let args = quote!(source = book.tag.kind.name, through = Tag);
    assert_eq!(messages_about_a_model(args, quote!(Vec<String>)), [expected]);
}

#[test]
fn rows_in_between_are_followed_as_far_as_what_is_shown_lies() {
    let text = "field `name` does not say how the rows refer to the model\nhelp: `#[field(";
    for (way, source, help) in [
        (quote!(), quote!(book), "through = BookTag, source = book.tag)]`"),
        (quote!(nested,), quote!(book.tag.name), "nested, through = Loan, source = book)]`"),
        (quote!(slug_related,), quote!(book.tag), "slug_related, through = BookTag"),
        (quote!(hyperlink,), quote!(book), "hyperlink, through = BookTag"),
        (quote!(hyperlink,), quote!(book.tag.name), "hyperlink, through = BookTag"),
    ] {
        let args = quote!(#way through = BookTag, source = #source);
        let messages = messages_about_a_model(args, quote!(Vec<String>));
        let is_said = messages[0].starts_with(&format!("{text}{help}"));
        assert!(is_said && messages.len() == 1, "{messages:?}");
    }
    for args in [
        quote!(through = BookTag, source = book.tag),
        quote!(through = BookTag, source = book.tag.name),
        quote!(slug_related, through = BookTag, source = book.tag.name),
        quote!(hyperlink, through = BookTag, source = book.tag),
        quote!(hyperlink = "tag-detail", through = BookTag, source = book.tag, read_only),
        quote!(nested, through = BookTag, source = book.tag),
        quote!(nested, through = BookTag, source = book),
    ] {
        let messages = messages_about_a_model(args, quote!(Vec<String>));
        assert!(messages.is_empty(), "{messages:?}");
    }
}

#[test]
fn what_is_found_in_a_row_has_no_rules_for_its_value() {
    let help = "help: a hook of the whole, `#[serializer(validate = …)]`, can check it";
    for found in [
        quote!(method),
        quote!(hyperlink),
        quote!(source = author, hyperlink),
        quote!(source = author.name),
        quote!(source = author.name, slug_related),
    ] {
        for (word, args) in [
            ("default", quote!(default = "a".to_owned())),
            ("validators", quote!(validators = [no_spam])),
            ("validate", quote!(validate = lower)),
            ("unique", quote!(unique)),
            ("max_length", quote!(max_length = 3)),
        ] {
            let text = format!("`{word}` says nothing about field `name`, which is found in a row");
            let messages = messages_about_a_model(quote!(#found, #args), quote!(String));
            assert_eq!(messages, [format!("{text}\n{help}")]);
        }
    }
    let args = quote!(through = Tag, source = note.tag, min_length = 1);
    let messages = messages_about_a_model(args, quote!(Vec<i32>));
    assert!(messages[0].starts_with("`min_length` says nothing about"), "{messages:?}");
    let args = quote!(source = title, max_length = 3, validators = [no_spam]);
    assert!(messages_about_a_model(args, quote!(String)).is_empty());
}

#[test]
fn what_excludes_each_other_is_told_in_pairs() {
    let table = [
        (quote!(read_only, write_only), "read_only", "write_only"),
        (quote!(required, read_only), "read_only", "required"),
        (quote!(required = true, default), "required", "default"),
    ];
    for (args, first, second) in table {
        let expected = format!("field `name` may not set both `{first}` and `{second}`");
        assert_eq!(field_messages(args, quote!(i32)), [expected]);
    }
    let none = field_messages(quote!(read_only = false, required = false, default), quote!(i32));
    assert_eq!(none, [] as [&str; 0]);
}

#[test]
fn a_kind_fits_the_type_and_is_one() {
    let table = [
        (quote!(email), quote!(i32), "field `name` is no text and has no `email`"),
        (
            quote!(choices = [("a", "A")]),
            quote!(Option<bool>),
            "field `name` is no text and has no `choices`",
        ),
        (quote!(url, slug), quote!(String), "field `name` may not set both `url` and `slug`"),
        (
            quote!(integer, choices = [(1, "One")]),
            quote!(i64),
            "field `name` may not set both `integer` and `choices`",
        ),
        (quote!(choices = []), quote!(String), "field `name` has no choices"),
        (quote!(choices = ["a"]), quote!(String), "expected a choice: `(\"value\", \"Name\")`"),
        (
            quote!(related = User),
            quote!(NaiveDate),
            "field `name` is no integer, UUID or text and cannot be `related`",
        ),
        (
            quote!(related = User, max_length = 4),
            quote!(String),
            "field `name` is the key of another row and has no `max_length`\n\
             help: the field that it refers to has one",
        ),
    ];
    for (args, ty, expected) in table {
        assert_eq!(field_messages(args, ty), [expected]);
    }
    let fine = [
        (quote!(email = true), quote!(Option<String>)),
        (quote!(choices = [("a", "A"), ("b", "B",)]), quote!(String)),
        (quote!(related = User), quote!(Option<i64>)),
        (quote!(related = User), quote!(Uuid)),
        (quote!(related = User), quote!(Option<String>)),
        (quote!(slug), quote!(Alias)),
    ];
    for (args, ty) in fine {
        assert_eq!(field_messages(args, ty), [] as [&str; 0]);
    }
}

#[test]
fn an_item_of_a_list_has_rules_of_its_own() {
    let table = [
        (quote!(child(slug)), quote!(String), "field `name` is no list and has no `child`"),
        (
            quote!(child(default = 1)),
            quote!(List<i32>),
            "`default` says nothing about an item of field `name`",
        ),
        (
            quote!(child(max_length = 1)),
            quote!(Option<Vec<i32>>),
            "field `name` is no text and has no `max_length`\n\
             help: a number has `min_value` and `max_value`",
        ),
        (quote!(child = slug), quote!(List<String>), "`child` takes a list: `child(…)`"),
        (
            quote!(min_value = 1),
            quote!(List<i32>),
            "field `name` is no number and has no `min_value`",
        ),
    ];
    for (args, ty, expected) in table {
        assert_eq!(field_messages(args, ty), [expected]);
    }
    let fine = quote!(max_length = 5, child(slug, max_length = 20, child(min_value = 1)));
    assert_eq!(field_messages(fine, quote!(List<Alias>)), [] as [&str; 0]);
}

#[test]
fn lengths_and_bounds_fit_the_type() {
    let table = [
        (
            quote!(max_length = 5),
            quote!(i32),
            "field `name` is no text and has no `max_length`\n\
             help: a number has `min_value` and `max_value`",
        ),
        (
            quote!(min_length = 5),
            quote!(Option<bool>),
            "field `name` is no text and has no `min_length`",
        ),
        (quote!(allow_blank), quote!(NaiveDate), "field `name` is no text and is never blank"),
        (
            quote!(min_value = 5),
            quote!(std::string::String),
            "field `name` is no number and has no `min_value`\n\
             help: a text has `min_length` and `max_length`",
        ),
        (
            quote!(max_value = 0.5),
            quote!(i64),
            "`max_value` of the integer field `name` must be an integer",
        ),
        (
            quote!(min_length = 5, max_length = 4),
            quote!(String),
            "`min_length` 5 of field `name` is above `max_length` 4",
        ),
        (
            quote!(min_value = 5, max_value = -4.5),
            quote!(f64),
            "`min_value` 5 of field `name` is above `max_value` -4.5",
        ),
        (
            quote!(allow_null),
            quote!(String),
            "field `name` cannot hold null\nhelp: `Option<String>`",
        ),
        (quote!(max_value = "5"), quote!(i32), "expected a number"),
        (quote!(label = 5), quote!(i32), "`label` must be a string literal"),
        (quote!(required = 5), quote!(i32), "`required` must be `true` or `false`"),
    ];
    for (args, ty, expected) in table {
        assert_eq!(field_messages(args, ty), [expected]);
    }
    let newtype = quote!(max_length = 5, min_value = 1, allow_null, allow_blank);
    assert_eq!(field_messages(newtype, quote!(Slug)), [] as [&str; 0]);
}

#[test]
fn a_serializer_is_input_and_has_all_its_values() {
    let read_only = field_messages(quote!(read_only), quote!(String));
    assert_eq!(read_only, ["field `name` of a serializer is input and not `read_only`"]);
    let absent = field_messages(quote!(required = false), quote!(String));
    assert_eq!(
        absent,
        ["field `name` has no value when it is absent\n\
          help: `#[field(default)]`, or make it an `Option`"]
    );
}

#[test]
fn serdes_flatten_is_no_field() {
    let item = quote!(
        struct S {
            #[serde(flatten)]
            rest: Rest,
        }
    );
    let expected = "`flatten` of field `rest` is not supported by this version of viewset";
    assert_eq!(support::messages(derive(item)), [expected]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let item = quote! {
        struct S {
            #[field(unique)] a: String,
            #[field(max_length = 1)] b: i32,
            #[field(nope, required, default)] c: i32,
        }
    };
    assert_eq!(support::messages(derive(item)).len(), 4);
}

#[test]
fn a_mistake_leaves_a_serializer_behind() {
    let text = support::text(derive(quote!(
        struct S {
            #[field(unique)]
            a: String,
        }
    )));
    assert!(text.contains("impl __v::Serializer for S"));
    assert!(text.contains("loop {}"));
}

#[test]
fn odd_tokens_never_panic() {
    let odd = [
        quote!(),
        quote!(,),
        quote!(=),
        quote!(default =),
        quote!(default = ,),
        quote!(min_length = -1),
        quote!(min_length = 99999999999999999999999),
        quote!(min_value = --1),
        quote!(max_value = 1e999),
        quote!(max_value = 99999999999999999999),
        quote!(label = ""),
        quote!("x"),
        quote!(1),
        quote!(a::b),
        quote!(r#default),
        quote!(default(1)),
        quote!(required = maybe),
        quote!(default = |x| x, label),
    ];
    for args in odd {
        for ty in
            [quote!(String), quote!(Option<i32>), quote!((A, B)), quote!(Option), quote!([u8; 2])]
        {
            derive(quote!(struct S { #[field(#args)] #[serde(#args)] name: #ty }));
            derive(
                quote!(#[serializer(#args)] #[serde(#args)] struct S { #[field = #args] name: #ty }),
            );
        }
    }
    assert_eq!(support::messages(derive(quote!(struct))).len(), 1);
}

#[test]
fn the_expansion_of_a_serializer() {
    let item = quote! {
        #[serde(rename_all = "camelCase")]
        struct Login {
            #[field(min_length = 2, max_length = 150, label = "Name")]
            user_name: String,
            #[serde(rename = "type")]
            r#type: Option<i32>,
            #[field(default = "x", help_text = "A word.")]
            word: String,
            #[field(default = -5, min_value = -9223372036854775808, max_value = 0.5)]
            number: Option<f64>,
            #[field(required, allow_null = false)]
            there: Option<bool>,
            #[field(allow_blank, write_only, default)]
            blank: String,
        }
    };
    assert_eq!(support::text(derive(item)), LOGIN);
}

const LOGIN: &str = r#"const _: () = {
    #[allow(unused_imports)]
    use ::viewset_actix::__private as __v;
    #[automatically_derived]
    impl __v::Serializer for Login {
        const FIELDS: &'static [__v::Field] = &[
            __v::Field::new::<String>("userName", "user_name")
                .min_length(2)
                .max_length(150)
                .label("Name"),
            __v::Field::new::<Option<i32>>("type", "type"),
            __v::Field::new::<String>("word", "word")
                .required(false)
                .help_text("A word."),
            __v::Field::new::<Option<f64>>("number", "number")
                .min_value(__v::Bound::Int(-9223372036854775808))
                .max_value(__v::Bound::Float(0.5)),
            __v::Field::new::<Option<bool>>("there", "there")
                .required(true)
                .allow_null(false),
            __v::Field::new::<String>("blank", "blank")
                .required(false)
                .write_only()
                .allow_blank(),
        ];
        fn to_internal_value(
            __data: &__v::Value,
            _: bool,
        ) -> __v::Result<Self, __v::ErrorDetail> {
            let mut __reader = __v::Reader::new(__data, false)?;
            let __0: __v::Option<String> = __reader.read::<String>(&Self::FIELDS[0]);
            let __1: __v::Option<Option<i32>> = __reader
                .read_or::<Option<i32>>(&Self::FIELDS[1], || __v::None);
            let __2: __v::Option<String> = __reader
                .read_or::<String>(&Self::FIELDS[2], || __v::From::from("x"));
            let __3: __v::Option<Option<f64>> = __reader
                .read_or::<Option<f64>>(&Self::FIELDS[3], || __v::Some(-5));
            let __4: __v::Option<Option<bool>> = __reader
                .read::<Option<bool>>(&Self::FIELDS[4]);
            let __5: __v::Option<String> = __reader
                .read_or::<String>(&Self::FIELDS[5], || __v::Default::default());
            __reader.finish()?;
            __v::Ok(Self {
                user_name: __v::given(__0)?,
                r#type: __v::given(__1)?,
                word: __v::given(__2)?,
                number: __v::given(__3)?,
                there: __v::given(__4)?,
                blank: __v::given(__5)?,
            })
        }
    }
    #[automatically_derived]
    impl __v::FieldValue for Login {
        const KIND: __v::Kind = __v::Kind::Nested;
        const CHILDREN: __v::Option<&'static [__v::Field]> = __v::Some(
            <Self as __v::Serializer>::FIELDS,
        );
        fn from_value(
            __value: &__v::Value,
            _: &__v::Field,
        ) -> __v::Result<Self, __v::ErrorDetail> {
            <Self as __v::Serializer>::to_internal_value(__value, false)
        }
        fn from_lookup(_: &str) -> __v::Result<Self, __v::LookupError> {
            __v::Err(__v::LookupError::Invalid)
        }
        fn represent<__W: __v::Writer>(
            &self,
            __writer: __W,
        ) -> __v::Result<__W::Ok, __W::Error> {
            let mut __struct = __v::Writer::serialize_struct(__writer, "Login", 5usize)?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "userName",
                &__v::Shown(&self.user_name),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "type",
                &__v::Shown(&self.r#type),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "word",
                &__v::Shown(&self.word),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "number",
                &__v::Shown(&self.number),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "there",
                &__v::Shown(&self.there),
            )?;
            __v::SerializeStruct::end(__struct)
        }
    }
    #[automatically_derived]
    impl __v::SerializerInfo for Login {
        const OPTION: &'static dyn __v::SerializerOption = &__v::Plain::<Login>::new();
    }
};
"#;

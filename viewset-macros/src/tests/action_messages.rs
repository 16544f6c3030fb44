//! The messages about `#[action]`.

use quote::quote;

use super::support::{action_messages, messages, viewset_messages};

#[test]
fn detail_is_required() {
    let expected = "action `act` needs `detail`\n\
        help: `detail = true` for one object, `detail = false` for the collection";
    assert_eq!(action_messages(quote!()), [expected]);
    let bare = viewset_messages(
        quote!(),
        quote!(
            #[action]
            async fn act(&self) {}
        ),
    );
    assert_eq!(bare, [expected]);
}

#[test]
fn detail_is_true_or_false() {
    assert_eq!(action_messages(quote!(detail = 1)), ["`detail` must be `true` or `false`"]);
    assert_eq!(action_messages(quote!(detail)), ["`detail` needs a value: `detail = …`"]);
    assert_eq!(action_messages(quote!(detail = "true")), ["`detail` must be `true` or `false`"]);
}

#[test]
fn a_method_is_known() {
    assert_eq!(
        action_messages(quote!(detail = true, methods = ["psot"])),
        ["unknown HTTP method `psot`\n\
          help: expected one of `post`, `get`, `put`, `patch`, `delete`, `head`, `options`, `trace`"]
    );
    assert_eq!(
        action_messages(quote!(detail = true, methods = [Method::FETCH])),
        ["unknown HTTP method `FETCH`\n\
          help: expected one of `patch`, `get`, `post`, `put`, `delete`, `head`, `options`, `trace`"]
    );
    assert_eq!(
        action_messages(quote!(detail = true, methods = [1])),
        ["an HTTP method must be a string or a path\nhelp: `\"post\"` or `Method::POST`"]
    );
}

#[test]
fn methods_are_a_list() {
    assert_eq!(
        action_messages(quote!(detail = true, methods = "post")),
        ["`methods` must be a list\nhelp: `methods = [\"post\"]`"]
    );
    assert_eq!(
        action_messages(quote!(detail = true, methods = [])),
        ["`methods` must not be empty"]
    );
}

#[test]
fn a_method_is_listed_once() {
    assert_eq!(
        action_messages(quote!(detail = true, methods = ["post", "get", Method::POST])),
        ["method `post` is listed twice"]
    );
}

#[test]
fn a_key_is_known() {
    assert_eq!(
        action_messages(quote!(detail = true, metods = ["post"])),
        ["unknown key `metods` in `#[action]`\n\
          help: expected one of `methods`, `detail`, `url_path`, `url_name`, `name`, `suffix`, \
          `description`, `authentication_classes`, `permission_classes`, `throttle_classes`, \
          `throttle_scope`, `parser_classes`, `renderer_classes`, `content_negotiation_class`, \
          `versioning_class`, `metadata_class`, `serializer_class`, `pagination_class`, \
          `filter_backends`, `search_fields`, `filterset_fields`, `ordering_fields`, `ordering`, \
          `http_method_names`"]
    );
}

#[test]
fn a_key_stands_once() {
    assert_eq!(action_messages(quote!(detail = true, detail = false)), ["duplicate key `detail`"]);
}

#[test]
fn name_excludes_suffix() {
    assert_eq!(
        action_messages(quote!(detail = true, name = "A", suffix = "B")),
        ["`suffix` cannot stand beside `name`\n\
          note: `name` replaces the whole display name that a suffix would be added to"]
    );
}

#[test]
fn a_word_of_drfs_leads_to_ours() {
    assert_eq!(
        action_messages(quote!(detail = true, queryset = User::objects())),
        [
            "the rows are those of the model\nhelp: `fn get_queryset(&self, req: &Request) -> Result<Query<M>>` in \
          the impl block narrows them"
        ]
    );
    assert_eq!(
        action_messages(quote!(detail = true, page_size = 20)),
        [
            "the size of a page is the paginator's\nhelp: `pagination_class = PageNumberPagination::of(20)`"
        ]
    );
    let fields = [
        (quote!(ordering = ["-created"]), "-created"),
        (quote!(ordering_fields = ["author__name"]), "author.name"),
        (quote!(search_fields = ["^author__name"]), "istartswith(author.name)"),
        (quote!(search_fields = [icontains("name")]), "name"),
        (quote!(filterset_fields = ["name"]), "name"),
    ];
    for (option, name) in fields {
        let message = format!("a field is named without quotes\nhelp: `{name}`");
        assert_eq!(action_messages(quote!(detail = true, #option)), [message]);
    }
    let list = "`ordering_fields` must be a list\nhelp: `ordering_fields = [title]`";
    assert_eq!(action_messages(quote!(detail = true, ordering_fields = "title")), [list]);
}

#[test]
fn what_is_about_rows_needs_a_model() {
    let help = "help: `#[viewset(model = …)]` on the impl block";
    for option in ["search_fields", "filterset_fields", "ordering_fields", "ordering"] {
        let key = quote::format_ident!("{option}");
        assert_eq!(
            action_messages(quote!(detail = true, #key = [name])),
            [format!("`{option}` needs a model\n{help}")]
        );
    }
}

#[test]
fn a_lookup_is_known() {
    let messages = action_messages(quote!(detail = true, search_fields = [icontain(name)]));
    assert!(
        messages[0].starts_with("unknown lookup `icontain`\nhelp: expected one of `icontains`")
    );
    let messages = action_messages(quote!(detail = true, filterset_fields = [name(lt, lowest)]));
    assert!(messages[0].starts_with("unknown lookup `lowest`"), "{messages:?}");
    let messages = action_messages(quote!(detail = true, filterset_fields = [day(year__get)]));
    let help = "expected one of `year__gt`, `year__gte`, `year__lt`, `year__lte`";
    assert_eq!(messages, [format!("unknown lookup `year__get`\nhelp: {help}")]);
    let messages = action_messages(quote!(detail = true, ordering = [a.b.c]));
    assert_eq!(messages, ["a field is one relation away at most: `author.username`"]);
}

#[test]
fn an_action_takes_every_option_of_a_viewset() {
    for option in
        crate::words::action::ALL.iter().filter(|key| crate::words::viewset::ALL.contains(key))
    {
        let about_rows =
            ["filter_backends", "search_fields", "filterset_fields", "pagination_class"];
        if about_rows.contains(option) || option.starts_with("ordering") {
            continue;
        }
        let key = quote::format_ident!("{option}");
        let value = match *option {
            "throttle_scope" => quote!("get"),
            single if single.ends_with("_class") => quote!(X),
            _ => quote!(["get"]),
        };
        assert!(action_messages(quote!(detail = true, #key = #value)).is_empty(), "{option}");
    }
    let messages = action_messages(quote!(detail = true, http_method_names = ["gte"]));
    assert!(messages[0].starts_with("unknown HTTP method `gte`"), "{messages:?}");
}

#[test]
fn a_url_path_has_a_shape() {
    let placeholder = "help: a placeholder is `{name}` or `{name:regex}`, each name once";
    for (path, what) in [
        ("a/{b", "a `{` without its `}`"),
        ("a/b}", "a `}` without its `{`"),
        ("a/{}", "a placeholder without a name"),
        ("a/{1x}", "the placeholder `1x`, which is not a name"),
        ("{x}/{x}", "the placeholder `x` twice"),
        ("(?P<x>.*)", "a `(`, which only a placeholder's regex may have"),
        ("a b", "a ` `, which only a placeholder's regex may have"),
    ] {
        let expected = format!("`url_path` has {what}\n{placeholder}");
        assert_eq!(action_messages(quote!(detail = true, url_path = #path)), [expected], "{path}");
    }
}

#[test]
fn a_url_path_that_cannot_be_read_gives_no_further_message_at_an_argument() {
    let messages = viewset_messages(
        quote!(),
        quote!(
            #[action(detail = false, url_path = "by/{year")]
            async fn act(&self, year: i32) {}
            #[mapping(act.post)]
            async fn post_act(&self, year: i32) {}
        ),
    );
    assert_eq!(messages.len(), 1, "{messages:?}");
}

#[test]
fn an_action_has_twelve_arguments_at_most() {
    let message = |extra: usize| {
        let names = (0..extra).map(|number| quote::format_ident!("a{number}"));
        let arguments = quote!(#(#names: Json<u8>),*);
        viewset_messages(
            quote!(),
            quote!(#[action(detail = true)] async fn act(&self, req: &Request, #arguments) {}),
        )
    };
    assert_eq!(message(10), [""; 0]);
    assert_eq!(
        message(11),
        ["action `act` takes more than 12 arguments\n\
          help: make some of them with one extractor; `&self` and the request count too"]
    );
}

#[test]
fn a_url_path_has_no_slash_at_its_ends() {
    for path in ["/a", "a/", "/a/"] {
        assert_eq!(
            action_messages(quote!(detail = true, url_path = #path)),
            ["`url_path` must not begin or end with a slash\nhelp: `url_path = \"a\"`"]
        );
    }
    assert_eq!(
        action_messages(quote!(detail = true, url_path = "")),
        ["`url_path` must not be empty"]
    );
}

#[test]
fn a_placeholder_is_not_the_lookup() {
    let messages = viewset_messages(
        quote!(lookup_field = "slug"),
        quote!(
            #[action(detail = true, url_path = "x/{slug}")]
            async fn act(&self, slug: String) {}
        ),
    );
    assert_eq!(
        messages,
        ["placeholder `slug` is the lookup's kwarg already\n\
          note: the URL of a detail action begins with `{slug}`"]
    );
}

#[test]
fn a_placeholder_is_an_argument() {
    assert_eq!(
        action_messages(quote!(detail = false, url_path = "by/{year}")),
        ["no argument of action `act` takes `year`\nhelp: add the argument `year: String`"]
    );
}

#[test]
fn an_underscore_takes_a_placeholder_too() {
    let body = quote! {
        #[action(detail = false, url_path = "by/{year:[0-9]{4}}")]
        async fn act(&self, _year: i32) {}
    };
    assert!(viewset_messages(quote!(), body).is_empty());
}

#[test]
fn an_argument_of_a_plain_type_is_a_kwarg() {
    let expected = "no URL kwarg of action `act` gives `pkk`\n\
        help: expected one of `pk`, `format`, or name it in the viewset's `kwargs`";
    for ty in [quote!(i32), quote!(Option<String>), quote!(&str), quote!(uuid::Uuid)] {
        let body = quote!(#[action(detail = true)] async fn act(&self, pkk: #ty) {});
        assert_eq!(viewset_messages(quote!(), body), [expected], "{ty}");
    }
}

#[test]
fn a_list_action_has_no_lookup() {
    let body = quote!(
        #[action(detail = false)]
        async fn act(&self, pk: i32) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["no URL kwarg of action `act` gives `pk`\n\
          help: expected `format`, or name it in the viewset's `kwargs`"]
    );
}

#[test]
fn a_standard_action_is_checked_too() {
    let body = quote!(
        async fn list(&self, pk: i32) {}
        async fn retrieve(&self, pk: i32) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["no URL kwarg of action `list` gives `pk`\n\
          help: expected `format`, or name it in the viewset's `kwargs`"]
    );
}

#[test]
fn a_standard_action_takes_no_attribute() {
    let body = quote!(
        #[action(detail = false)]
        async fn list(&self) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["standard action `list` takes no `#[action]`\n\
          help: remove the attribute, or rename the method"]
    );
}

#[test]
fn a_hook_is_no_action() {
    let body = quote!(
        #[action(detail = false)]
        async fn get_queryset(&self) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["hook `get_queryset` cannot be an action\n\
          help: remove the attribute, or rename the method"]
    );
}

#[test]
fn two_actions_do_not_share_a_method_and_a_path() {
    let body = quote! {
        #[action(detail = true, methods = ["get", "post"], url_path = "x")] async fn a(&self) {}
        #[action(detail = true, methods = ["post"], url_path = "x")] async fn b(&self) {}
        #[action(detail = false, methods = ["post"], url_path = "x")] async fn c(&self) {}
    };
    assert_eq!(
        viewset_messages(quote!(), body),
        ["actions `a` and `b` both answer to POST on one path\n\
          help: give one of them another `url_path`"]
    );
}

#[test]
fn two_actions_do_not_share_a_url_name() {
    let body = quote! {
        #[action(detail = true)] async fn a_b(&self) {}
        #[action(detail = true, url_name = "a-b")] async fn c(&self) {}
    };
    assert_eq!(
        viewset_messages(quote!(), body),
        ["actions `a_b` and `c` have one `url_name`, `a-b`\n\
          help: give one of them another `url_name`"]
    );
}

#[test]
fn actions_that_are_never_together_may_share() {
    let body = quote! {
        #[cfg(unix)] #[action(detail = true)] async fn a(&self) {}
        #[cfg(not(unix))] #[action(detail = true)] async fn a(&self) {}
    };
    assert!(viewset_messages(quote!(), body).is_empty());
}

#[test]
fn an_action_borrows_the_viewset() {
    for receiver in [quote!(self), quote!(mut self), quote!(&mut self), quote!(self: Rc<Self>)] {
        let body = quote!(#[action(detail = true)] async fn act(#receiver) {});
        assert_eq!(
            viewset_messages(quote!(), body),
            ["action `act` must take `&self`\nnote: all requests share one viewset"]
        );
    }
}

#[test]
fn an_action_is_not_generic() {
    for generics in [quote!(<T>), quote!(<'a, const N: usize>)] {
        let body = quote!(#[action(detail = true)] async fn act #generics (&self) {});
        assert_eq!(
            viewset_messages(quote!(), body),
            ["action `act` cannot be generic\n\
              help: name the type, or make the viewset generic"]
        );
    }
    let body = quote!(
        #[action(detail = true)]
        async fn act(&self, x: impl Sized) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["action `act` cannot take `impl Trait`\nhelp: name the type"]
    );
    let body = quote!(
        #[action(detail = true)]
        async fn act<'a>(&'a self, x: &'a Request) {}
    );
    assert!(viewset_messages(quote!(), body).is_empty());
}

#[test]
fn an_action_is_a_plain_function() {
    for (function, what) in [
        (
            quote!(
                const fn act(&self) {}
            ),
            "`const`",
        ),
        (
            quote!(
                unsafe fn act(&self) {}
            ),
            "`unsafe`",
        ),
        (
            quote!(
                extern "C" fn act(&self) {}
            ),
            "`extern`",
        ),
    ] {
        let expected = format!("action `act` cannot be {what}");
        let messages = viewset_messages(quote!(), quote!(#[action(detail = true)] #function));
        assert_eq!(messages, [expected]);
    }
}

#[test]
fn an_argument_is_a_plain_name() {
    let body = quote!(
        #[action(detail = true)]
        async fn act(&self, Json(x): Json<u8>) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["an argument of action `act` must be a plain name\nhelp: take it apart in the body"]
    );
}

#[test]
fn an_action_stands_once_on_a_method() {
    let body = quote!(
        #[action(detail = true)]
        #[x::action(detail = true)]
        async fn act(&self) {}
    );
    assert_eq!(viewset_messages(quote!(), body), ["`#[action]` stands twice on `act`"]);
}

#[test]
fn an_action_is_not_mapped_too() {
    let body = quote!(
        #[action(detail = true)]
        #[mapping(x.get)]
        async fn act(&self) {}
    );
    assert_eq!(
        viewset_messages(quote!(), body),
        ["`act` is marked both `#[action]` and `#[mapping]`"]
    );
}

#[test]
fn an_action_is_a_method() {
    let body = quote! {
        #[action(detail = true)] const X: u8 = 1;
        #[mapping(x.get)] type Y = u8;
        #[action] z!();
    };
    assert_eq!(
        viewset_messages(quote!(), body),
        [
            "`#[action]` goes on a method",
            "`#[mapping]` goes on a method",
            "`#[action]` goes on a method"
        ]
    );
}

#[test]
fn an_action_stands_inside_a_viewset() {
    let function = quote!(
        async fn act(&self) {}
    );
    let output = crate::viewset::outside("action", function.clone());
    assert!(output.to_string().ends_with(&function.to_string()));
    assert_eq!(
        messages(output),
        ["`#[action]` stands outside a `#[viewset]` or `#[mixin]`\n\
          help: put `#[viewset]` on the impl block"]
    );
}

#[test]
fn three_mistakes_in_one_action_are_three_messages() {
    let messages = action_messages(quote!(detail = 1, methods = "post", nam = "x", url_path = "a"));
    let firsts: Vec<&str> = messages.iter().filter_map(|it| it.lines().next()).collect();
    assert_eq!(
        firsts,
        [
            "`detail` must be `true` or `false`",
            "`methods` must be a list",
            "unknown key `nam` in `#[action]`"
        ]
    );
}

#[test]
fn three_mistakes_in_three_actions_are_three_messages() {
    let body = quote! {
        #[action(methods = ["post"])] async fn a(&self) {}
        #[action(detail = true)] async fn b(&mut self) {}
        #[mapping(c.get)] async fn d(&self) {}
    };
    let messages = viewset_messages(quote!(), body);
    let firsts: Vec<&str> = messages.iter().filter_map(|it| it.lines().next()).collect();
    assert_eq!(
        firsts,
        [
            "action `a` needs `detail`",
            "action `b` must take `&self`",
            "`#[mapping]` to an unknown action `c`"
        ]
    );
}

//! Expressions and types as error messages quote them: one line, source parentheses kept, literals of functions and composite
//! types shortened, as go/types does it.

use crate::ast::*;

/// How deep an expression is printed; what lies deeper is shown as `…`.
const MAX_DEPTH: u32 = 200;

/// The expression `id` of `ast` as error messages quote it.
pub fn expr_string(ast: &Ast, id: ExprId) -> String {
    let mut printer = Printer { ast, out: String::new(), depth: 0 };
    printer.expr(id);
    printer.out
}

/// A function type without `func`: `(x int) string`.
pub fn signature_string(ast: &Ast, ty: &FuncType) -> String {
    let mut printer = Printer { ast, out: String::new(), depth: 0 };
    printer.signature(ty);
    printer.out
}

impl UnaryOp {
    /// The operator as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            UnaryOp::Add => "+",
            UnaryOp::Neg => "-",
            UnaryOp::Not => "!",
            UnaryOp::Xor => "^",
            UnaryOp::Addr => "&",
            UnaryOp::Recv => "<-",
            UnaryOp::Tilde => "~",
        }
    }
}

impl BinaryOp {
    /// The operator as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Rem => "%",
            BinaryOp::And => "&",
            BinaryOp::Or => "|",
            BinaryOp::Xor => "^",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::AndNot => "&^",
            BinaryOp::LAnd => "&&",
            BinaryOp::LOr => "||",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
        }
    }
}

struct Printer<'a> {
    ast: &'a Ast,
    out: String,
    depth: u32,
}

impl Printer<'_> {
    fn expr(&mut self, id: ExprId) {
        if self.depth >= MAX_DEPTH {
            self.out.push('…');
            return;
        }
        self.depth += 1;
        self.kind(id);
        self.depth -= 1;
    }

    fn optional(&mut self, id: Option<ExprId>) {
        match id {
            Some(id) => self.expr(id),
            None => self.out.push_str("(ast: <nil>)"),
        }
    }

    fn list(&mut self, ids: &[ExprId]) {
        for (i, id) in ids.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.expr(*id);
        }
    }

    fn kind(&mut self, id: ExprId) {
        let ast = self.ast;
        match &ast[id].kind {
            ExprKind::Bad => self.out.push_str("(ast: *ast.BadExpr)"),
            ExprKind::KeyValue { .. } => self.out.push_str("(ast: *ast.KeyValueExpr)"),
            ExprKind::Ident(ident) => self.out.push_str(&ast[*ident].name),
            ExprKind::BasicLit { text, .. } => self.out.extend(text.chars().filter(|c| *c != '\r')),
            ExprKind::FuncLit { ty, .. } => {
                self.out.push_str("(func");
                self.signature(ty);
                self.out.push_str(" literal)");
            }
            ExprKind::CompositeLit { ty, elems, .. } => {
                self.optional(*ty);
                self.out.push_str(if elems.is_empty() { "{}" } else { "{…}" });
            }
            ExprKind::Paren(x) => {
                self.out.push('(');
                self.expr(*x);
                self.out.push(')');
            }
            ExprKind::Selector { x, sel } => {
                self.expr(*x);
                self.out.push('.');
                self.out.push_str(&ast[*sel].name);
            }
            ExprKind::Index { x, indices } => {
                self.expr(*x);
                self.out.push('[');
                self.list(indices);
                self.out.push(']');
            }
            ExprKind::Slice { x, low, high, max, three } => {
                self.expr(*x);
                self.out.push('[');
                low.iter().for_each(|x| self.expr(*x));
                self.out.push(':');
                high.iter().for_each(|x| self.expr(*x));
                if *three {
                    self.out.push(':');
                    max.iter().for_each(|x| self.expr(*x));
                }
                self.out.push(']');
            }
            ExprKind::TypeAssert { x, ty } => {
                self.expr(*x);
                self.out.push_str(".(");
                self.optional(*ty);
                self.out.push(')');
            }
            ExprKind::Call { fun, args, ellipsis, .. } => {
                self.expr(*fun);
                self.out.push('(');
                self.list(args);
                if ellipsis.is_some() {
                    self.out.push_str("...");
                }
                self.out.push(')');
            }
            ExprKind::Star(x) => {
                self.out.push('*');
                self.expr(*x);
            }
            ExprKind::Unary { op, x } => {
                self.out.push_str(op.as_str());
                self.expr(*x);
            }
            ExprKind::Binary { op, x, y } => {
                self.expr(*x);
                self.out.push(' ');
                self.out.push_str(op.as_str());
                self.out.push(' ');
                self.expr(*y);
            }
            ExprKind::ArrayType { len, elem } => {
                self.out.push('[');
                match len {
                    ArrayLen::Slice => {}
                    ArrayLen::Ellipsis(_) => self.out.push_str("..."),
                    ArrayLen::Expr(len) => self.expr(*len),
                }
                self.out.push(']');
                self.expr(*elem);
            }
            ExprKind::StructType { fields } => {
                self.out.push_str("struct{");
                self.fields(fields, "; ");
                self.out.push('}');
            }
            ExprKind::FuncType(ty) => {
                self.out.push_str("func");
                self.signature(ty);
            }
            ExprKind::InterfaceType { elems } => {
                self.out.push_str("interface{");
                for (i, elem) in elems.iter().enumerate() {
                    if i > 0 {
                        self.out.push_str("; ");
                    }
                    match elem {
                        InterfaceElem::Method { name, ty, .. } => {
                            self.out.push_str(&ast[*name].name);
                            self.signature(ty);
                        }
                        InterfaceElem::Embed(x) => self.expr(*x),
                    }
                }
                self.out.push('}');
            }
            ExprKind::MapType { key, value } => {
                self.out.push_str("map[");
                self.expr(*key);
                self.out.push(']');
                self.expr(*value);
            }
            ExprKind::ChanType { dir, elem } => {
                self.out.push_str(match dir {
                    ChanDir::Both => "chan ",
                    ChanDir::Send => "chan<- ",
                    ChanDir::Recv => "<-chan ",
                });
                self.expr(*elem);
            }
            ExprKind::Ellipsis(elem) => {
                self.out.push_str("...");
                elem.iter().for_each(|x| self.expr(*x));
            }
        }
    }

    fn signature(&mut self, ty: &FuncType) {
        self.out.push('(');
        self.fields(&ty.params, ", ");
        self.out.push(')');
        match &ty.results[..] {
            [] => {}
            [only] if only.names.is_empty() => {
                self.out.push(' ');
                self.expr(only.ty);
            }
            results => {
                self.out.push_str(" (");
                self.fields(results, ", ");
                self.out.push(')');
            }
        }
    }

    fn fields(&mut self, fields: &[Field], separator: &str) {
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                self.out.push_str(separator);
            }
            for (i, name) in field.names.iter().enumerate() {
                if i > 0 {
                    self.out.push_str(", ");
                }
                self.out.push_str(&self.ast[*name].name);
            }
            if !field.names.is_empty() {
                self.out.push(' ');
            }
            self.expr(field.ty);
        }
    }
}

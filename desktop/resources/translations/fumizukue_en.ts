<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="ja">
<context>
    <name>AboutBox</name>
    <message>
        <source>バージョン情報</source>
        <translation>About Fumizukue</translation>
    </message>
    <message>
        <source>文机</source>
        <translation>Fumizukue</translation>
    </message>
    <message>
        <source>通信を行いません。入力も下書きも、この端末の外へは出ません。</source>
        <translation>This program makes no network connection. What you type and what it drafts never leave this terminal.</translation>
    </message>
    <message>
        <source>版</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>モデル</source>
        <translation>Model</translation>
    </message>
    <message>
        <source>まだありません</source>
        <translation>None yet</translation>
    </message>
    <message>
        <source>履歴</source>
        <translation>History</translation>
    </message>
    <message>
        <source>設定</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>モデルの置き場所</source>
        <translation>Folder for models</translation>
    </message>
</context>
<context>
    <name>AuditDialog</name>
    <message>
        <source>操作の記録</source>
        <translation>Record of what was done</translation>
    </message>
    <message>
        <source>行</source>
        <translation>Row</translation>
    </message>
    <message>
        <source>日時</source>
        <translation>When</translation>
    </message>
    <message>
        <source>したこと</source>
        <translation>What</translation>
    </message>
    <message>
        <source>人</source>
        <translation>Who</translation>
    </message>
    <message>
        <source>端末</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>文書</source>
        <translation>Document</translation>
    </message>
    <message>
        <source>くわしく</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>検証する</source>
        <translation>Verify</translation>
    </message>
    <message>
        <source>CSV へ書き出す…</source>
        <translation>Export as CSV…</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>いつ、だれが、どのひな形とモデルで何をしたかの記録です。消したり書き換えたりはできません。</source>
        <translation>Who did what, when, and with which template and model. It cannot be changed or deleted.</translation>
    </message>
    <message>
        <source>まだ記録はありません。</source>
        <translation>There is no record yet.</translation>
    </message>
    <message>
        <source>確かめています…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>{count}行すべて正しくつながっています</source>
        <translation>All {count} rows are properly linked</translation>
    </message>
    <message>
        <source>最後のハッシュ：{hash}</source>
        <translation>Last hash: {hash}</translation>
    </message>
    <message>
        <source>このファイルに手を加えず、情報システム担当へお知らせください。</source>
        <translation>Leave the file as it is and tell your systems section.</translation>
    </message>
    <message>
        <source>CSV へ書き出す</source>
        <translation>Export as CSV</translation>
    </message>
    <message>
        <source>書き出しました：{name}</source>
        <translation>Exported: {name}</translation>
    </message>
    <message>
        <source>監査の控え（行数と最後のハッシュ）：{head}</source>
        <translation>For the auditor to note (rows and last hash): {head}</translation>
    </message>
</context>
<context>
    <name>Care</name>
    <message>
        <source>読めません</source>
        <translation>Cannot be read</translation>
    </message>
    <message>
        <source>よけてあった履歴</source>
        <translation>History set aside</translation>
    </message>
    <message>
        <source>文書 {count}件</source>
        <translation>Documents: {count}</translation>
    </message>
    <message>
        <source>それまでのファイルは消さずによけてあります：{path}</source>
        <translation>The file before it is kept, set aside: {path}</translation>
    </message>
    <message>
        <source>履歴を入れ替えました</source>
        <translation>The history was exchanged</translation>
    </message>
    <message>
        <source>文書 {count}件を救い出しました</source>
        <translation>Saved documents: {count}</translation>
    </message>
    <message>
        <source>失われたものは見つかりませんでした。</source>
        <translation>No loss was found.</translation>
    </message>
    <message>
        <source>読めなかった所：{pages}ページ、{rows}行。</source>
        <translation>Could not be read: pages {pages}, rows {rows}.</translation>
    </message>
    <message>
        <source>一部を補って残した所：{count}行。</source>
        <translation> Kept with a part replaced: rows {count}.</translation>
    </message>
    <message>
        <source>控えに新しいものが残っていれば、そこから文書を取り出せます。</source>
        <translation> If a copy holds more, documents can be taken out of it.</translation>
    </message>
</context>
<context>
    <name>CarePart</name>
    <message>
        <source>控えから戻す…</source>
        <translation>Go back to a copy…</translation>
    </message>
    <message>
        <source>読めるものを救い出す</source>
        <translation>Save what can be read</translation>
    </message>
    <message>
        <source>空の履歴で始める</source>
        <translation>Start with an empty history</translation>
    </message>
    <message>
        <source>戻しています…</source>
        <translation>Going back…</translation>
    </message>
    <message>
        <source>取り出しています…</source>
        <translation>Taking it out…</translation>
    </message>
    <message>
        <source>控えを作っています…</source>
        <translation>Making a copy…</translation>
    </message>
    <message>
        <source>読めるものを救い出しています…</source>
        <translation>Saving what can be read…</translation>
    </message>
    <message>
        <source>空の履歴を作っています…</source>
        <translation>Making an empty history…</translation>
    </message>
</context>
<context>
    <name>CaseCard</name>
    <message>
        <source>こつ</source>
        <translation>Tips</translation>
    </message>
    <message>
        <source>できた文書</source>
        <translation>The document</translation>
    </message>
    <message>
        <source>くわしく</source>
        <translation>More</translation>
    </message>
    <message>
        <source>このひな形で始める</source>
        <translation>Start with this template</translation>
    </message>
    <message>
        <source>このひな形は、今の場所（課）では使えません。</source>
        <translation>This template is not available in your office.</translation>
    </message>
    <message>
        <source>{title}：{what}</source>
        <translation>{title}: {what}</translation>
    </message>
    <message>
        <source>たたむ</source>
        <translation>Less</translation>
    </message>
</context>
<context>
    <name>CaseDialog</name>
    <message>
        <source>好事例として紹介する</source>
        <translation>Present as a success case</translation>
    </message>
    <message>
        <source>戻る</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>次へ：伏せる所を確かめる</source>
        <translation>Next: check the masks</translation>
    </message>
    <message>
        <source>公開する</source>
        <translation>Publish</translation>
    </message>
    <message>
        <source>うまくいったやり方を、同じ仕事をする人に渡しましょう。</source>
        <translation>Hand on what worked to those who do the same work.</translation>
    </message>
    <message>
        <source>共有フォルダーに置いています…</source>
        <translation>Putting it into the shared folder…</translation>
    </message>
    <message>
        <source>題名</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>うまくいったこと</source>
        <translation>What worked</translation>
    </message>
    <message>
        <source>こつ</source>
        <translation>Tips</translation>
    </message>
    <message>
        <source>課や役割</source>
        <translation>Office or role</translation>
    </message>
    <message>
        <source>できた文書</source>
        <translation>The document</translation>
    </message>
    <message>
        <source>ひな形：{name}</source>
        <translation>Template: {name}</translation>
    </message>
</context>
<context>
    <name>CaseForm</name>
    <message>
        <source>例：会議録が半日から40分になった</source>
        <translation>For example: Minutes in 40 minutes instead of half a day</translation>
    </message>
    <message>
        <source>例：表の担当と期限がそのまま使えて、直すのは言い回しだけだった。</source>
        <translation>For example: Who and by when were right in the table; only the wording needed work.</translation>
    </message>
    <message>
        <source>例：発言の前に名前を書いておくと、担当の欄がうまる。</source>
        <translation>For example: With a name before each remark, the column of persons fills itself.</translation>
    </message>
    <message>
        <source>できた文書の本文も載せる</source>
        <translation>Show the text of the document as well</translation>
    </message>
    <message>
        <source>分</source>
        <translation>minutes</translation>
    </message>
    <message>
        <source>これまで</source>
        <translation>Before</translation>
    </message>
    <message>
        <source>文机で</source>
        <translation>With Fumizukue</translation>
    </message>
    <message>
        <source>題名</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>1件にかかる時間</source>
        <translation>Time for one document</translation>
    </message>
    <message>
        <source>うまくいったこと</source>
        <translation>What worked</translation>
    </message>
    <message>
        <source>こつ（なくてもよい）</source>
        <translation>Tips (optional)</translation>
    </message>
    <message>
        <source>課や役割（なくてもよい）</source>
        <translation>Office or role (optional)</translation>
    </message>
    <message>
        <source>見せる相手</source>
        <translation>Who sees it</translation>
    </message>
    <message>
        <source>印を付けなければ、本文も資料も載りません。名前は、書かなければ載りません。</source>
        <translation>Without this tick neither the text nor its sources are shown. Your name is not shown unless you type it.</translation>
    </message>
    <message>
        <source>本文は{length}文字あり、載せられる長さ（{limit}文字）を超えています。</source>
        <translation>The text has {length} characters; at most {limit} can be shown.</translation>
    </message>
    <message>
        <source>題名を書いてください。</source>
        <translation>Please write a title.</translation>
    </message>
    <message>
        <source>これまでにかかった時間を、分の数字で書いてください。</source>
        <translation>Please write how many minutes it took before, as a number.</translation>
    </message>
    <message>
        <source>文机でかかった時間を、分の数字で書いてください。</source>
        <translation>Please write how many minutes it took with Fumizukue, as a number.</translation>
    </message>
    <message>
        <source>うまくいったことを、一言でも書いてください。</source>
        <translation>Please write what worked, if only a few words.</translation>
    </message>
    <message>
        <source>うまくいったことは{most}文字までです。</source>
        <translation>What worked may have at most {most} characters.</translation>
    </message>
    <message>
        <source>こつは{most}文字までです。</source>
        <translation>Tips may have at most {most} characters.</translation>
    </message>
</context>
<context>
    <name>CaseGallery</name>
    <message>
        <source>好事例</source>
        <translation>Success cases</translation>
    </message>
    <message>
        <source>題名、ひな形、課、中身の言葉で探す</source>
        <translation>Search titles, templates, offices and contents</translation>
    </message>
    <message>
        <source>好事例を探す</source>
        <translation>Search the cases</translation>
    </message>
    <message>
        <source>読んでいます…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>同じ仕事を楽にした人の、やり方とこつです。</source>
        <translation>How colleagues made the same work easier, and their tips.</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>もっと見る（あと{count}件）</source>
        <translation>Show more ({count} left)</translation>
    </message>
    <message>
        <source>見つかりません。短い言葉や、ひらがなでもお試しください。</source>
        <translation>Nothing found. Try a shorter word.</translation>
    </message>
    <message>
        <source>まだ好事例がありません。文書がうまくできたら、「ファイル」の「好事例として紹介する」から、最初の一つを載せてみませんか。</source>
        <translation>There are no cases yet. When a document turns out well, why not present the first one, from “Present as a success case” in the File menu?</translation>
    </message>
    <message>
        <source>共有フォルダーは、まだ読んでいません。</source>
        <translation>The shared folder has not been read yet.</translation>
    </message>
    <message>
        <source>{at} の内容です。</source>
        <translation>As of {at}.</translation>
    </message>
    <message>
        <source>使えない好事例のファイルが{count}件あります</source>
        <translation>Case files that cannot be used: {count}</translation>
    </message>
    <message>
        <source>ほかの好事例は、これまでどおり見られます。</source>
        <translation>The other cases can be seen as before.</translation>
    </message>
</context>
<context>
    <name>CasePart</name>
    <message>
        <source>好事例にできるのは、書き上がった文書です</source>
        <translation>Only a finished document can become a case</translation>
    </message>
    <message>
        <source>下書きができた文書を開いてから、もう一度選んでください。</source>
        <translation>Open a document whose draft is finished, then choose this again.</translation>
    </message>
    <message>
        <source>共有フォルダーを決める…</source>
        <translation>Set the shared folder…</translation>
    </message>
    <message>
        <source>好事例を公開しました。ありがとうございます。</source>
        <translation>The case is published. Thank you.</translation>
    </message>
    <message>
        <source>共有フォルダーの「{place}」にあります。取り下げるときは、このファイルを消してください。</source>
        <translation>It is in the shared folder as “{place}”. To withdraw it, delete that file.</translation>
    </message>
</context>
<context>
    <name>Cases</name>
    <message>
        <source>{before}分 → {after}分</source>
        <translation>{before} min → {after} min</translation>
    </message>
    <message>
        <source>{saved}分の短縮（{before}分 → {after}分）</source>
        <translation>{saved} minutes saved ({before} → {after} min)</translation>
    </message>
    <message>
        <source>全庁</source>
        <translation>The whole city</translation>
    </message>
    <message>
        <source>メールアドレス</source>
        <translation>Mail address</translation>
    </message>
    <message>
        <source>12桁の番号</source>
        <translation>12-digit number</translation>
    </message>
    <message>
        <source>生年月日</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>電話番号</source>
        <translation>Telephone</translation>
    </message>
    <message>
        <source>郵便番号</source>
        <translation>Postal code</translation>
    </message>
    <message>
        <source>住所</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>氏名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>自分で選んだ所</source>
        <translation>Chosen by you</translation>
    </message>
</context>
<context>
    <name>ChoiceControl</name>
    <message>
        <source>（選んでください）</source>
        <translation>(please choose)</translation>
    </message>
</context>
<context>
    <name>ComparisonDialog</name>
    <message>
        <source>版をくらべる</source>
        <translation>Compare versions</translation>
    </message>
    <message>
        <source>前の版</source>
        <translation>Earlier version</translation>
    </message>
    <message>
        <source>後の版</source>
        <translation>Later version</translation>
    </message>
    <message>
        <source>一つの文章で見る</source>
        <translation>As one text</translation>
    </message>
    <message>
        <source>左右に並べて見る</source>
        <translation>Side by side</translation>
    </message>
    <message>
        <source>違いに印を付けた文章</source>
        <translation>Text with the differences marked</translation>
    </message>
    <message>
        <source>前の版の文章</source>
        <translation>Text of the earlier version</translation>
    </message>
    <message>
        <source>後の版の文章</source>
        <translation>Text of the later version</translation>
    </message>
    <message>
        <source>消えた文字</source>
        <translation>removed</translation>
    </message>
    <message>
        <source>加わった文字</source>
        <translation>added</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>違いは{count}か所です。</source>
        <translation>{count} places differ.</translation>
    </message>
    <message>
        <source>違いは1か所です。</source>
        <translation>1 place differs.</translation>
    </message>
    <message>
        <source>違いはありません。</source>
        <translation>Nothing differs.</translation>
    </message>
</context>
<context>
    <name>ComparisonView</name>
    <message>
        <source>前の決める所へ</source>
        <translation>Previous place to decide</translation>
    </message>
    <message>
        <source>次の決める所へ</source>
        <translation>Next place to decide</translation>
    </message>
    <message>
        <source>自分の変更にする</source>
        <translation>Take mine</translation>
    </message>
    <message>
        <source>先に公開された版にする</source>
        <translation>Take theirs</translation>
    </message>
    <message>
        <source>両方を残す</source>
        <translation>Keep both</translation>
    </message>
    <message>
        <source>この内容で出す(&amp;P)…</source>
        <translation>&amp;Publish this…</translation>
    </message>
    <message>
        <source>編集に戻る</source>
        <translation>Back to editing</translation>
    </message>
    <message>
        <source>先に公開された版</source>
        <translation>Published first</translation>
    </message>
    <message>
        <source>青い行が、先に公開された版で変わった所です。</source>
        <translation>Blue lines are what they changed.</translation>
    </message>
    <message>
        <source>自分の版</source>
        <translation>Mine</translation>
    </message>
    <message>
        <source>緑の行が、自分で変えた所です。</source>
        <translation>Green lines are what you changed.</translation>
    </message>
    <message>
        <source>まとめた版（ここで直せます）</source>
        <translation>Both in one (edit here)</translation>
    </message>
    <message>
        <source>編集している間に、別の人が共有から消しました</source>
        <translation>While you were editing, someone removed it from the share</translation>
    </message>
    <message>
        <source>編集している間に、別の人が先に公開しました</source>
        <translation>While you were editing, someone else published first</translation>
    </message>
    <message>
        <source>決める所：{number} / {count}</source>
        <translation>To decide: {number} of {count}</translation>
    </message>
    <message>
        <source>印（{mark} など）の行が残っています。消すと出せます。</source>
        <translation>Lines with marks ({mark} …) are left. Remove them to publish.</translation>
    </message>
    <message>
        <source>決める所はありません。内容を確かめて出してください。</source>
        <translation>Nothing is left to decide. Read it through, then publish.</translation>
    </message>
</context>
<context>
    <name>Dashboard</name>
    <message>
        <source>点線は、その月までの3か月の平均です。</source>
        <translation>The dashed line is the mean of three months up to each month.</translation>
    </message>
    <message>
        <source>月ごとの文書（件）</source>
        <translation>Documents by month</translation>
    </message>
    <message>
        <source>月ごとの、短くなった時間（時間）</source>
        <translation>Hours saved by month</translation>
    </message>
    <message>
        <source>多い順に{count}種。すべては表にあります。</source>
        <translation>The {count} most used; all of them are in the table.</translation>
    </message>
    <message>
        <source>ひな形ごとの文書（件）</source>
        <translation>Documents by template</translation>
    </message>
    <message>
        <source>そのほかの課</source>
        <translation>Other sections</translation>
    </message>
    <message>
        <source>課の指定なし</source>
        <translation>No section given</translation>
    </message>
    <message>
        <source>そのほかのひな形</source>
        <translation>Other templates</translation>
    </message>
    <message>
        <source>約{count}人</source>
        <translation>about {count} people</translation>
    </message>
    <message>
        <source>区分</source>
        <translation>Kind</translation>
    </message>
    <message>
        <source>名前</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>文書（件）</source>
        <translation>Documents</translation>
    </message>
    <message>
        <source>使った人（人）</source>
        <translation>People</translation>
    </message>
    <message>
        <source>短縮（時間）</source>
        <translation>Hours saved</translation>
    </message>
    <message>
        <source>回答（件）</source>
        <translation>Answers</translation>
    </message>
    <message>
        <source>合計</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>この年度</source>
        <translation>This year</translation>
    </message>
    <message>
        <source>月</source>
        <translation>Month</translation>
    </message>
    <message>
        <source>ひな形</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>約{count}</source>
        <translation>about {count}</translation>
    </message>
    <message>
        <source>5人未満のまとまりは、だれのことか分からないよう、ほかとまとめるか、「—」にします。人数は5人きざみです。</source>
        <translation>Groups of fewer than 5 people are shown together with others or as “—”, so that nobody can be made out. People are counted in fives.</translation>
    </message>
    <message>
        <source>{name}（{year}年4月から）</source>
        <translation>Fiscal year {name} (from April {year})</translation>
    </message>
    <message>
        <source>{count}月</source>
        <translation>{count}</translation>
    </message>
</context>
<context>
    <name>DateControl</name>
    <message>
        <source>例：令和8年11月24日、R8.11.24、2026/11/24</source>
        <translation>For example: R8.11.24 or 2026/11/24</translation>
    </message>
</context>
<context>
    <name>Dates</name>
    <message>
        <source>あと約{count}秒</source>
        <translation>about {count} seconds left</translation>
    </message>
    <message>
        <source>あと約{count}分</source>
        <translation>about {count} minutes left</translation>
    </message>
    <message>
        <source>この端末では約{count}秒</source>
        <translation>About {count} seconds on this terminal</translation>
    </message>
    <message>
        <source>この端末では約1分</source>
        <translation>About 1 minute on this terminal</translation>
    </message>
    <message>
        <source>この端末では約{count}分</source>
        <translation>About {count} minutes on this terminal</translation>
    </message>
</context>
<context>
    <name>DocumentControl</name>
    <message>
        <source>ここに文章を貼り付けるか、
Word（.docx）かテキスト（.txt）のファイルを置いてください。</source>
        <translation>Paste text here, or drop
a Word (.docx) or text (.txt) file.</translation>
    </message>
    <message>
        <source>ファイルを開く(&amp;O)…</source>
        <translation>&amp;Open a file…</translation>
    </message>
    <message>
        <source>ファイルを開いて読み込む</source>
        <translation>Open a file and read it</translation>
    </message>
    <message>
        <source>文字コード</source>
        <translation>Encoding</translation>
    </message>
    <message>
        <source>元の文章に戻す</source>
        <translation>Back to the text before</translation>
    </message>
    <message>
        <source>文字コードを選んで読み直す</source>
        <translation>Choose an encoding and read the file again</translation>
    </message>
    <message>
        <source>読み込むファイルを選ぶ</source>
        <translation>Choose a file to read</translation>
    </message>
    <message>
        <source>文書 (*.docx *.txt *.md *.csv *.vtt)</source>
        <translation>Documents (*.docx *.txt *.md *.csv *.vtt)</translation>
    </message>
    <message>
        <source>すべてのファイル (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>読み込んでいます…</source>
        <translation>Reading the file…</translation>
    </message>
    <message>
        <source>文字コード：{charset}</source>
        <translation>Encoding: {charset}</translation>
    </message>
    <message>
        <source>{count:,}文字</source>
        <translation>{count:,} characters</translation>
    </message>
</context>
<context>
    <name>DraftPage</name>
    <message>
        <source>資料を入れて「下書きを作る」を押すと、ここに下書きが現れます。</source>
        <translation>Fill in the form and press “Draft”: the draft will appear here.</translation>
    </message>
</context>
<context>
    <name>DraftPanel</name>
    <message>
        <source>ここまでの文章は残っています。続きを書くことも、はじめから書き直すこともできます。</source>
        <translation>What was written so far is kept. You can continue it, or start over.</translation>
    </message>
    <message>
        <source>この下書きは途中で止まっています</source>
        <translation>This draft stopped halfway</translation>
    </message>
    <message>
        <source>続きから</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>はじめから</source>
        <translation>Start over</translation>
    </message>
    <message>
        <source>書ける長さの上限に達したため、途中で終わりました</source>
        <translation>The draft ended early because it reached the greatest length</translation>
    </message>
    <message>
        <source>最後の項目が途中で切れているかもしれません。ご確認ください。</source>
        <translation>The last section may lack its end. Please check it.</translation>
    </message>
    <message>
        <source>言い方を変えて続ける</source>
        <translation>Go on in other words</translation>
    </message>
    <message>
        <source>「{name}」で下書きする</source>
        <translation>Draft with “{name}”</translation>
    </message>
    <message>
        <source>「{name}」を使う</source>
        <translation>Use “{name}”</translation>
    </message>
</context>
<context>
    <name>EditTabs</name>
    <message>
        <source>項目で編集</source>
        <translation>Edit by item</translation>
    </message>
    <message>
        <source>文字で編集</source>
        <translation>Edit as text</translation>
    </message>
    <message>
        <source>文字の書き方に誤りがあるため、項目では編集できません</source>
        <translation>The text has a fault, so it cannot be edited by item</translation>
    </message>
    <message>
        <source>その行を見る</source>
        <translation>Show the line</translation>
    </message>
    <message>
        <source>この項目は、ここでは直せない書き方になっています</source>
        <translation>This item is written in a way that cannot be edited here</translation>
    </message>
    <message>
        <source>「文字で編集」で直してください。ほかの項目には影響ありません。</source>
        <translation>Please use “Edit as text”. Nothing else is affected.</translation>
    </message>
</context>
<context>
    <name>EditorFoot</name>
    <message>
        <source>共有に出す(&amp;P)…</source>
        <translation>&amp;Publish…</translation>
    </message>
    <message>
        <source>試し書き(&amp;T)</source>
        <translation>&amp;Try it</translation>
    </message>
    <message>
        <source>別のひな形にする</source>
        <translation>Make it another template</translation>
    </message>
    <message>
        <source>元のひな形を残し、写しを新しいひな形として編集します</source>
        <translation>Leave the template as it is and edit a copy as a new one</translation>
    </message>
    <message>
        <source>変えた所はありません</source>
        <translation>Nothing changed</translation>
    </message>
    <message>
        <source>編集はこの端末に残しました。共有にはまだ出していません。</source>
        <translation>Kept on this terminal, not yet published.</translation>
    </message>
    <message>
        <source>この端末に残しています…</source>
        <translation>Keeping it on this terminal…</translation>
    </message>
</context>
<context>
    <name>EditorHead</name>
    <message>
        <source>市の全員</source>
        <translation>the whole city</translation>
    </message>
    <message>
        <source>共有：{place}&#x3000;{version} 版</source>
        <translation>Share: {place}, version {version}</translation>
    </message>
    <message>
        <source>プログラムのひな形の写し。共有に出すと、こちらが使われます。</source>
        <translation>A copy of a built-in template. Once published, it is used instead.</translation>
    </message>
    <message>
        <source>新しいひな形</source>
        <translation>A new template</translation>
    </message>
</context>
<context>
    <name>ErrandBar</name>
    <message>
        <source>止めています…</source>
        <translation>Stopping…</translation>
    </message>
    <message>
        <source>文書を書き出しています</source>
        <translation>Writing documents</translation>
    </message>
    <message>
        <source>Word ファイルを作っています</source>
        <translation>Making Word files</translation>
    </message>
    <message>
        <source>ファイルが揃っているか確かめています</source>
        <translation>Checking that the file is whole</translation>
    </message>
    <message>
        <source>取り込んでいます</source>
        <translation>Taking in</translation>
    </message>
</context>
<context>
    <name>ExportBar</name>
    <message>
        <source>Word で保存(&amp;W)…</source>
        <translation>Save as &amp;Word…</translation>
    </message>
    <message>
        <source>ほかの形式</source>
        <translation>Other formats</translation>
    </message>
    <message>
        <source>ほかの形式で保存</source>
        <translation>Save in another format</translation>
    </message>
    <message>
        <source>Word 文書 (*.docx)</source>
        <translation>Word document (*.docx)</translation>
    </message>
    <message>
        <source>テキスト (*.txt)</source>
        <translation>Text (*.txt)</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>入力した内容は自動で保存されます</source>
        <translation>What you type is saved automatically</translation>
    </message>
    <message>
        <source>自動で保存しました</source>
        <translation>Saved automatically</translation>
    </message>
    <message>
        <source>保存しています…</source>
        <translation>Saving…</translation>
    </message>
    <message>
        <source>名前を付けて保存</source>
        <translation>Save as</translation>
    </message>
    <message>
        <source>フォルダーを開く</source>
        <translation>Open the folder</translation>
    </message>
    <message>
        <source>保存しました</source>
        <translation>Saved</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>履歴を書き出す</source>
        <translation>Write the history out</translation>
    </message>
    <message>
        <source>履歴をすべて書き出します</source>
        <translation>The whole history is written out</translation>
    </message>
    <message>
        <source>Word ファイルと一覧も作る（人が読むため）</source>
        <translation>Word files and a list as well (for people to read)</translation>
    </message>
    <message>
        <source>わたしの情報とお気に入りも入れる（新しい端末へ移すとき）</source>
        <translation>My details and favourites as well (when moving to a new terminal)</translation>
    </message>
    <message>
        <source>文机の履歴</source>
        <translation>Fumizukue history</translation>
    </message>
    <message>
        <source>書き出すフォルダー</source>
        <translation>Folder to write</translation>
    </message>
    <message>
        <source>選ぶ…</source>
        <translation>Choose…</translation>
    </message>
    <message>
        <source>書き出す場所を選ぶ</source>
        <translation>Choose where to write</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>書き出す</source>
        <translation>Write out</translation>
    </message>
    <message>
        <source>入力した内容、下書き、書き直した版、ごみ箱の文書まで、すべて入ります。あとで、この端末にも別の端末にも取り込めます。</source>
        <translation>Everything goes in: what was typed, drafts, every version, even the trash. It can be taken in again later, here or on another terminal.</translation>
    </message>
    <message>
        <source>フォルダー</source>
        <translation>Folder</translation>
    </message>
    <message>
        <source>中身は暗号化されません。ほかの人が読めない場所を選んでください。</source>
        <translation>It is not encrypted. Choose a place that others cannot read.</translation>
    </message>
    <message>
        <source>履歴の文書 {count} 件を書き出します</source>
        <translation>Documents to write out: {count}</translation>
    </message>
    <message>
        <source>文書 {count} 件を書き出しました</source>
        <translation>Documents written out: {count}</translation>
    </message>
    <message>
        <source>Word ファイル {count} 件</source>
        <translation>Word files: {count}</translation>
    </message>
    <message>
        <source>Word ファイルにできなかった文書 {count} 件（理由は index.csv にあります）</source>
        <translation>Documents without a Word file: {count} (index.csv says why)</translation>
    </message>
    <message>
        <source>フォルダーを開く</source>
        <translation>Open the folder</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>FieldHistory</name>
    <message>
        <source>前の内容はまだありません</source>
        <translation>Nothing stood here before</translation>
    </message>
</context>
<context>
    <name>FieldRow</name>
    <message>
        <source>必須</source>
        <translation>Required</translation>
    </message>
    <message>
        <source>{field}：前の内容を選ぶ</source>
        <translation>{field}: choose earlier content</translation>
    </message>
    <message>
        <source>前の内容</source>
        <translation>Earlier</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>活用状況の表</source>
        <translation>Table of the figures</translation>
    </message>
</context>
<context>
    <name>FilterBox</name>
    <message>
        <source>ひな形</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>状態</source>
        <translation>State</translation>
    </message>
    <message>
        <source>タグ</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>並べ方</source>
        <translation>Order</translation>
    </message>
    <message>
        <source>期間</source>
        <translation>Period</translation>
    </message>
    <message>
        <source>例：昨年度、令和7年10月</source>
        <translation>e.g. 2025, 2025/10</translation>
    </message>
    <message>
        <source>条件をすべて外す</source>
        <translation>Remove all filters</translation>
    </message>
    <message>
        <source>すべて</source>
        <translation>All</translation>
    </message>
    <message>
        <source>新しい順</source>
        <translation>Newest first</translation>
    </message>
    <message>
        <source>よく合う順</source>
        <translation>Best match first</translation>
    </message>
    <message>
        <source>期間を読み取れません。令和7年度、昨年度、2025年10月のように入れてください。</source>
        <translation>This period cannot be read. Enter a year or a month, such as 2025 or 2025/10.</translation>
    </message>
    <message>
        <source>{until}まで</source>
        <translation>until {until}</translation>
    </message>
    <message>
        <source>{since}から</source>
        <translation>from {since}</translation>
    </message>
    <message>
        <source>{since}から
{until}まで</source>
        <translation>{since} to
{until}</translation>
    </message>
</context>
<context>
    <name>FormHead</name>
    <message>
        <source>前回の内容を入れる</source>
        <translation>Fill in as last time</translation>
    </message>
    <message>
        <source>このひな形で前に作った文書から、宛先などを写します（日付と資料は写しません）</source>
        <translation>Copies the addressee and the like from the last document of this template (no dates, no source)</translation>
    </message>
    <message>
        <source>★ お気に入り</source>
        <translation>★ Favourite</translation>
    </message>
    <message>
        <source>☆ お気に入りに入れる</source>
        <translation>☆ Add to favourites</translation>
    </message>
</context>
<context>
    <name>FormPanel</name>
    <message>
        <source>下書きを作る(&amp;D)</source>
        <translation>&amp;Draft</translation>
    </message>
    <message>
        <source>入力した内容から下書きを作ります（Ctrl+Enter）</source>
        <translation>Makes a draft from what you filled in (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>ファイルは1つずつ置いてください。</source>
        <translation>Please drop one file at a time.</translation>
    </message>
    <message>
        <source>下書きを作り直す(&amp;D)</source>
        <translation>&amp;Draft again</translation>
    </message>
</context>
<context>
    <name>FormTab</name>
    <message>
        <source>欄や項目を増やす、減らす、並べ替えるときは、「文字で編集」を使います。</source>
        <translation>To add, remove or reorder fields and sections, use “Edit as text”.</translation>
    </message>
</context>
<context>
    <name>HistoryLock</name>
    <message>
        <source>履歴を開く</source>
        <translation>Open the history</translation>
    </message>
    <message>
        <source>合言葉が違います。もう一度入れてください。</source>
        <translation>The passphrase is wrong. Give it again.</translation>
    </message>
    <message>
        <source>履歴は暗号化されています。合言葉を入れてください。</source>
        <translation>The history is encrypted. Give the passphrase.</translation>
    </message>
    <message>
        <source>履歴の暗号化を切り替えています。やめると、元のまま使えます。</source>
        <translation>The encryption of the history is being switched. When you cancel, it works as before.</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>履歴の暗号化</source>
        <translation>Encryption of the history</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>履歴の一覧</source>
        <translation>History list</translation>
    </message>
    <message>
        <source>もっと見る</source>
        <translation>Show more</translation>
    </message>
    <message>
        <source>ごみ箱を見る</source>
        <translation>Show trash</translation>
    </message>
    <message>
        <source>絞り込み（{count}）</source>
        <translation>Filters ({count})</translation>
    </message>
    <message>
        <source>絞り込み</source>
        <translation>Filters</translation>
    </message>
    <message>
        <source>まだ文書がありません。
作った文書は自動でここに残ります。</source>
        <translation>No documents yet.
What you write is kept here automatically.</translation>
    </message>
    <message>
        <source>{count}件以上</source>
        <translation>{count} or more</translation>
    </message>
    <message>
        <source>{count}件</source>
        <translation>{count} found</translation>
    </message>
    <message>
        <source>見つかりません。</source>
        <translation>Nothing found.</translation>
    </message>
    <message>
        <source>短い言葉にするか、言葉を一つ減らしてお試しください。</source>
        <translation>Try a shorter word, or one word less.</translation>
    </message>
    <message>
        <source>絞り込みの条件を外すと、見つかるかもしれません。</source>
        <translation>Removing a filter may help.</translation>
    </message>
    <message>
        <source>ごみ箱の中は探しません。</source>
        <translation>The trash is not searched.</translation>
    </message>
    <message>
        <source>開く</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>タグ…</source>
        <translation>Tags…</translation>
    </message>
    <message>
        <source>ごみ箱に入れる</source>
        <translation>Move to trash</translation>
    </message>
</context>
<context>
    <name>HistoryPart</name>
    <message>
        <source>「{title}」をごみ箱に入れました</source>
        <translation>“{title}” is in the trash now</translation>
    </message>
    <message>
        <source>元に戻す</source>
        <translation>Put back</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>履歴を取り込む</source>
        <translation>Take a history in</translation>
    </message>
    <message>
        <source>わたしの情報とお気に入りも引き継ぐ（空いている欄だけ）</source>
        <translation>Take over my details and favourites too (only what is empty here)</translation>
    </message>
    <message>
        <source>フォルダーを選ぶ…</source>
        <translation>Choose a folder…</translation>
    </message>
    <message>
        <source>ファイルを選ぶ…</source>
        <translation>Choose a file…</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>取り込む</source>
        <translation>Take in</translation>
    </message>
    <message>
        <source>書き出した履歴を、この端末の履歴に加えます</source>
        <translation>A history that was written out is added to the one on this terminal</translation>
    </message>
    <message>
        <source>同じ文書は重なりません。両方の端末で直した文書は、両方の版が時間の順に残ります。どちらの端末の文章も失われません。</source>
        <translation>The same document does not come twice. Of one edited on both terminals, the versions of both are kept in the order of time. No text of either is lost.</translation>
    </message>
    <message>
        <source>書き出したフォルダーを選ぶ</source>
        <translation>Choose the folder that was written out</translation>
    </message>
    <message>
        <source>文机の履歴 (*.jsonl)</source>
        <translation>Fumizukue history (*.jsonl)</translation>
    </message>
    <message>
        <source>書き出した履歴を選ぶ</source>
        <translation>Choose the history that was written out</translation>
    </message>
    <message>
        <source>ファイルは揃っています。文書 {documents} 件、項目の版 {versions} 件が入っています。</source>
        <translation>The file is whole. Documents: {documents}; versions of sections: {versions}.</translation>
    </message>
    <message>
        <source>履歴を取り込みました</source>
        <translation>The history was taken in</translation>
    </message>
    <message>
        <source>すべて、もとからこの端末にありました</source>
        <translation>All of it was on this terminal already</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>新しい文書 {count} 件</source>
        <translation>New documents: {count}</translation>
    </message>
    <message>
        <source>版などが増えた文書 {count} 件</source>
        <translation>Documents that grew: {count}</translation>
    </message>
    <message>
        <source>もとから同じ文書 {count} 件</source>
        <translation>Documents that were here already: {count}</translation>
    </message>
    <message>
        <source>違う内容が入力されていた欄 {count} 件（新しいほうを使い、もう一方は前の値に残しました）</source>
        <translation>Fields filled in differently: {count} (the newer text is used, the other kept as an earlier value)</translation>
    </message>
    <message>
        <source>引き継いだ設定 {count} 項目</source>
        <translation>Settings taken over: {count}</translation>
    </message>
</context>
<context>
    <name>LeftPane</name>
    <message>
        <source>会議</source>
        <translation>Meetings</translation>
    </message>
    <message>
        <source>庁内</source>
        <translation>Within the office</translation>
    </message>
    <message>
        <source>議会</source>
        <translation>Assembly</translation>
    </message>
    <message>
        <source>そのほか</source>
        <translation>Other</translation>
    </message>
    <message>
        <source>入力中</source>
        <translation>Being filled in</translation>
    </message>
    <message>
        <source>作成中</source>
        <translation>Being drafted</translation>
    </message>
    <message>
        <source>下書き完了</source>
        <translation>Draft complete</translation>
    </message>
    <message>
        <source>途中で停止</source>
        <translation>Stopped halfway</translation>
    </message>
    <message>
        <source>途中で中断</source>
        <translation>Broken off</translation>
    </message>
    <message>
        <source>ひな形と履歴</source>
        <translation>Templates and history</translation>
    </message>
    <message>
        <source>ひな形(&amp;T)</source>
        <translation>&amp;Templates</translation>
    </message>
    <message>
        <source>履歴(&amp;R)</source>
        <translation>Histo&amp;ry</translation>
    </message>
    <message>
        <source>書き終わるまで、ほかの文書は開けません。</source>
        <translation>Other documents can be opened when the draft is finished.</translation>
    </message>
    <message>
        <source>通知・照会</source>
        <translation>Between offices</translation>
    </message>
    <message>
        <source>住民へのお知らせ</source>
        <translation>For residents</translation>
    </message>
    <message>
        <source>挨拶・メール・返事</source>
        <translation>Letters and greetings</translation>
    </message>
    <message>
        <source>広報</source>
        <translation>Public relations</translation>
    </message>
    <message>
        <source>企画・調査・研修</source>
        <translation>Planning and surveys</translation>
    </message>
    <message>
        <source>文章を直す</source>
        <translation>Rewriting</translation>
    </message>
</context>
<context>
    <name>LinesControl</name>
    <message>
        <source>1行に1つずつ入力</source>
        <translation>One item a line</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>文机</source>
        <translation>Fumizukue</translation>
    </message>
    <message>
        <source>前回、途中で終わった下書きがあります：「{title}」</source>
        <translation>A draft was broken off last time: “{title}”</translation>
    </message>
    <message>
        <source>書かれた文章は残っています。</source>
        <translation>What was written is kept.</translation>
    </message>
    <message>
        <source>ほかに{count}件あります。履歴から開けます。</source>
        <translation> There are {count} more; open them from the history.</translation>
    </message>
    <message>
        <source>開く</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>「{title}」は履歴に保存してあります</source>
        <translation>“{title}” is saved in the history</translation>
    </message>
    <message>
        <source>その文書に戻る</source>
        <translation>Go back to it</translation>
    </message>
    <message>
        <source>もう一度開く</source>
        <translation>Try again</translation>
    </message>
</context>
<context>
    <name>MaskReview</name>
    <message>
        <source>載る文章</source>
        <translation>The text that will be shown</translation>
    </message>
    <message>
        <source>伏せる所</source>
        <translation>Places to mask</translation>
    </message>
    <message>
        <source>選んだ所も伏せる</source>
        <translation>Mask the selection too</translation>
    </message>
    <message>
        <source>全体を読み、個人情報が残っていないことを確かめました</source>
        <translation>I have read all of it and found no personal information left</translation>
    </message>
    <message>
        <source>このように載ります</source>
        <translation>It will look like this</translation>
    </message>
    <message>
        <source>氏名や電話番号らしい所を伏せました。見落としがあります。残っていれば、左の文章でなぞって「選んだ所も伏せる」を押してください。</source>
        <translation>What looks like names or telephone numbers is masked, but some will have been missed. Where something is left, select it in the text and press “Mask the selection too”.</translation>
    </message>
    <message>
        <source>伏せる所は見つかりませんでした。それでも、文章を一度読んでください。</source>
        <translation>Nothing to mask was found. Please read the text all the same.</translation>
    </message>
    <message>
        <source>{count}か所</source>
        <translation>{count} places</translation>
    </message>
    <message>
        <source>伏せる所（印を外せば載ります）</source>
        <translation>Masked places (untick to show one)</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>ファイル(&amp;F)</source>
        <translation>&amp;File</translation>
    </message>
    <message>
        <source>新しい文書(&amp;N)</source>
        <translation>&amp;New document</translation>
    </message>
    <message>
        <source>資料のファイルを開く(&amp;O)…</source>
        <translation>&amp;Open a source file…</translation>
    </message>
    <message>
        <source>Word で保存(&amp;W)…</source>
        <translation>Save as &amp;Word…</translation>
    </message>
    <message>
        <source>モデルファイルを追加(&amp;M)…</source>
        <translation>Add a &amp;model file…</translation>
    </message>
    <message>
        <source>終了(&amp;X)</source>
        <translation>E&amp;xit</translation>
    </message>
    <message>
        <source>表示(&amp;V)</source>
        <translation>&amp;View</translation>
    </message>
    <message>
        <source>ひな形(&amp;T)</source>
        <translation>&amp;Templates</translation>
    </message>
    <message>
        <source>履歴(&amp;R)</source>
        <translation>Histo&amp;ry</translation>
    </message>
    <message>
        <source>言語(&amp;L)</source>
        <translation>&amp;Language</translation>
    </message>
    <message>
        <source>ヘルプ(&amp;H)</source>
        <translation>&amp;Help</translation>
    </message>
    <message>
        <source>バージョン情報(&amp;A)</source>
        <translation>&amp;About Fumizukue</translation>
    </message>
    <message>
        <source>わたしの情報と共有のひな形(&amp;P)…</source>
        <translation>My details and shared tem&amp;plates…</translation>
    </message>
    <message>
        <source>好事例として紹介する(&amp;I)…</source>
        <translation>Present as a success &amp;case…</translation>
    </message>
    <message>
        <source>好事例(&amp;C)…</source>
        <translation>Success &amp;cases…</translation>
    </message>
    <message>
        <source>ひな形を直す(&amp;E)…</source>
        <translation>&amp;Edit template…</translation>
    </message>
    <message>
        <source>管理(&amp;K)</source>
        <translation>&amp;Records</translation>
    </message>
    <message>
        <source>保存期間と削除(&amp;D)…</source>
        <translation>Retention and &amp;deletion…</translation>
    </message>
    <message>
        <source>この文書を保留にする(&amp;H)</source>
        <translation>Put this document on &amp;hold</translation>
    </message>
    <message>
        <source>操作の記録(&amp;L)…</source>
        <translation>&amp;Log of what was done…</translation>
    </message>
    <message>
        <source>活用状況(&amp;U)…</source>
        <translation>&amp;Usage…</translation>
    </message>
    <message>
        <source>活用状況を出す(&amp;S)…</source>
        <translation>Hand on u&amp;sage figures…</translation>
    </message>
    <message>
        <source>履歴を控えから戻す(&amp;B)…</source>
        <translation>Go &amp;back to a copy of the history…</translation>
    </message>
    <message>
        <source>履歴を探す(&amp;S)</source>
        <translation>&amp;Search history</translation>
    </message>
    <message>
        <source>前の状態とくらべる(&amp;P)…</source>
        <translation>Com&amp;pare with an earlier state…</translation>
    </message>
    <message>
        <source>ごみ箱(&amp;B)…</source>
        <translation>Tras&amp;h…</translation>
    </message>
    <message>
        <source>履歴を書き出す(&amp;T)…</source>
        <translation>Write the history ou&amp;t…</translation>
    </message>
    <message>
        <source>履歴を取り込む(&amp;R)…</source>
        <translation>Take a histo&amp;ry in…</translation>
    </message>
</context>
<context>
    <name>MinutesQuestion</name>
    <message>
        <source>この下書きで、だいたい何分助かりましたか？</source>
        <translation>About how many minutes did this draft save you?</translation>
    </message>
    <message>
        <source>その他</source>
        <translation>Other</translation>
    </message>
    <message>
        <source>聞かないで</source>
        <translation>Don’t ask</translation>
    </message>
    <message>
        <source>この質問を、これからは出さない</source>
        <translation>Do not ask this question again</translation>
    </message>
    <message>
        <source>この質問に答えない</source>
        <translation>Do not answer this question</translation>
    </message>
    <message>
        <source>この分数にする</source>
        <translation>Take this number</translation>
    </message>
    <message>
        <source>ありがとうございます。</source>
        <translation>Thank you.</translation>
    </message>
    <message>
        <source>{count}分</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>分</source>
        <translation> min</translation>
    </message>
    <message>
        <source>助かった分数</source>
        <translation>Minutes saved</translation>
    </message>
    <message>
        <source>もう聞きません。「表示」の「活用状況を出す…」で、また聞くようにできます。</source>
        <translation>You will not be asked again. “View”, “Hand on usage figures…” lets you turn it back on.</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>モデルファイルを追加…</source>
        <translation>Add a model file…</translation>
    </message>
    <message>
        <source>文章を書くモデルがまだありません</source>
        <translation>There is no model to write with yet</translation>
    </message>
    <message>
        <source>モデルファイルをコピーしています</source>
        <translation>Copying the model file</translation>
    </message>
    <message>
        <source>下書きには、モデル（拡張子 .gguf のファイル）が要ります。情報システム担当から受け取ったファイルを選ぶと、この端末の中にコピーします。入力と保存は、モデルがなくてもできます。</source>
        <translation>Drafting needs a model (a file ending in .gguf). Choose the file you received from your systems section, and it is copied onto this terminal. Filling in and saving work without a model.</translation>
    </message>
    <message>
        <source>モデルファイルを選ぶ</source>
        <translation>Choose a model file</translation>
    </message>
    <message>
        <source>すべてのファイル (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>コピーして確かめています {percent}%</source>
        <translation>Copying and checking {percent}%</translation>
    </message>
    <message>
        <source>モデル (*.gguf *.manifest.json)</source>
        <translation>Models (*.gguf *.manifest.json)</translation>
    </message>
</context>
<context>
    <name>NoticeCard</name>
    <message>
        <source>この知らせを閉じる</source>
        <translation>Close this notice</translation>
    </message>
    <message>
        <source>詳細</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>技術的な詳細</source>
        <translation>Technical details</translation>
    </message>
    <message>
        <source>詳細をコピー</source>
        <translation>Copy the details</translation>
    </message>
</context>
<context>
    <name>OfficeDialog</name>
    <message>
        <source>わたしの情報と共有のひな形</source>
        <translation>My details and shared templates</translation>
    </message>
    <message>
        <source>今すぐ確かめる</source>
        <translation>Check now</translation>
    </message>
    <message>
        <source>わたしの情報</source>
        <translation>My details</translation>
    </message>
    <message>
        <source>ひな形の担当課・担当者・電話などに、初めから入ります。</source>
        <translation>They stand in the fields for section, person and telephone from the start.</translation>
    </message>
    <message>
        <source>課・係</source>
        <translation>Section</translation>
    </message>
    <message>
        <source>例：総務課&#x3000;庶務係</source>
        <translation>For example: General Affairs, Secretariat</translation>
    </message>
    <message>
        <source>氏名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>電話</source>
        <translation>Telephone</translation>
    </message>
    <message>
        <source>例：0123-45-6789（内線 210）</source>
        <translation>For example: 0123-45-6789 (ext. 210)</translation>
    </message>
    <message>
        <source>メール</source>
        <translation>Mail</translation>
    </message>
    <message>
        <source>共有のひな形</source>
        <translation>Shared templates</translation>
    </message>
    <message>
        <source>課のひな形は市のひな形より、市のひな形は初めからあるものより優先されます。</source>
        <translation>A section’s template goes before the city’s, and the city’s before the one that came with the program.</translation>
    </message>
    <message>
        <source>フォルダー</source>
        <translation>Folder</translation>
    </message>
    <message>
        <source>自分の場所</source>
        <translation>My place in it</translation>
    </message>
    <message>
        <source>例：総務部/総務課</source>
        <translation>For example: department/section</translation>
    </message>
    <message>
        <source>フォルダーを選ぶ…</source>
        <translation>Choose a folder…</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>この内容にする</source>
        <translation>Keep</translation>
    </message>
    <message>
        <source>共有のひな形のフォルダー</source>
        <translation>Folder of the shared templates</translation>
    </message>
    <message>
        <source>ほかに{count}件あります。</source>
        <translation>And {count} more.</translation>
    </message>
    <message>
        <source>直せる人：{name}</source>
        <translation>Who can mend it: {name}</translation>
    </message>
    <message>
        <source>共有のフォルダーは使っていません。</source>
        <translation>No shared folder is in use.</translation>
    </message>
    <message>
        <source>確かめています…</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>まだ一度も読めていません。</source>
        <translation>It has not been read yet.</translation>
    </message>
    <message>
        <source>{at} の内容を使っています。</source>
        <translation>In use: what was there on {at}.</translation>
    </message>
    <message>
        <source>1日以上前の控えです。</source>
        <translation> The copy is more than a day old.</translation>
    </message>
    <message>
        <source>例：\\server\share\ひな形</source>
        <translation>For example: \\server\share\templates</translation>
    </message>
</context>
<context>
    <name>Parts</name>
    <message>
        <source>探す言葉を消す</source>
        <translation>Clear the search</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>モデルに渡す文</source>
        <translation>What the model reads</translation>
    </message>
    <message>
        <source>できあがり</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>入力画面</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>直すところがあるため、その前の状態を表示しています。</source>
        <translation>There is something to mend; this is how it looked before.</translation>
    </message>
    <message>
        <source>【いつも渡す指示】</source>
        <translation>[Always the same]</translation>
    </message>
    <message>
        <source>【この文書の内容】</source>
        <translation>[For this document]</translation>
    </message>
    <message>
        <source>試し書きの結果を表示しています。</source>
        <translation>This is what the model wrote in the trial.</translation>
    </message>
    <message>
        <source>見本の文を入れて表示しています。「試し書き」で、モデルが実際に書きます。</source>
        <translation>Shown with sample text. “Try it” has the model write.</translation>
    </message>
    <message>
        <source>この内容で試し書き(&amp;D)</source>
        <translation>&amp;Draft a trial with these inputs</translation>
    </message>
    <message>
        <source>試し書き：{name}</source>
        <translation>Trial: {name}</translation>
    </message>
    <message>
        <source>モデルの文章は履歴にも「試し書き」として残ります。</source>
        <translation>The history keeps what the model wrote, marked as a trial.</translation>
    </message>
    <message>
        <source>試し書きが終わりました</source>
        <translation>The trial is finished</translation>
    </message>
    <message>
        <source>モデルが書いています。</source>
        <translation>The model is writing.</translation>
    </message>
</context>
<context>
    <name>PublishBox</name>
    <message>
        <source>共有に出す</source>
        <translation>Publish to the share</translation>
    </message>
    <message>
        <source>だれが使うか</source>
        <translation>For whom</translation>
    </message>
    <message>
        <source>版</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>出す人</source>
        <translation>Published by</translation>
    </message>
    <message>
        <source>例：総務課&#x3000;田中</source>
        <translation>For example: Tanaka, General Affairs</translation>
    </message>
    <message>
        <source>変えたこと</source>
        <translation>What changed</translation>
    </message>
    <message>
        <source>例：宛先の書き方を新しい規程に合わせた</source>
        <translation>For example: addressee as the new rules want it</translation>
    </message>
    <message>
        <source>出す(&amp;P)</source>
        <translation>&amp;Publish</translation>
    </message>
    <message>
        <source>まだ出さない</source>
        <translation>Not yet</translation>
    </message>
    <message>
        <source>出すと、次に共有を写したときから、みんなの画面がこの版になります。前の版は「履歴」に残ります。</source>
        <translation>Everyone gets this version with the next synchronisation. The earlier one is kept on the share.</translation>
    </message>
    <message>
        <source>共有フォルダーを見ています…</source>
        <translation>Looking at the share…</translation>
    </message>
    <message>
        <source>市の全員</source>
        <translation>the whole city</translation>
    </message>
    <message>
        <source>{folder}（まだないので、作ります）</source>
        <translation>{folder} (will be created)</translation>
    </message>
    <message>
        <source>もう一度</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>「{what}」を入れてください</source>
        <translation>Please fill in “{what}”</translation>
    </message>
    <message>
        <source>共有に書いています…</source>
        <translation>Writing to the share…</translation>
    </message>
</context>
<context>
    <name>Publisher</name>
    <message>
        <source>ひな形の共有フォルダーが、まだ決まっていません</source>
        <translation>No shared folder for templates has been chosen yet</translation>
    </message>
    <message>
        <source>直すところがあるため、まだ出せません（{count}）</source>
        <translation>Not ready to publish: {count} to mend</translation>
    </message>
    <message>
        <source>その行を見る</source>
        <translation>Show the line</translation>
    </message>
    <message>
        <source>共有に出しました：{version} 版</source>
        <translation>Published: version {version}</translation>
    </message>
    <message>
        <source>場所：{file}</source>
        <translation>Place: {file}</translation>
    </message>
    <message>
        <source>前の版：{file}</source>
        <translation>Earlier version: {file}</translation>
    </message>
    <message>
        <source>「ファイル」の「わたしの情報と共有のひな形」で選んでください。編集はこの端末に残っています。</source>
        <translation>Choose it under File, “My details and shared templates”. Your edits are kept on this terminal.</translation>
    </message>
</context>
<context>
    <name>Records</name>
    <message>
        <source>すべてのひな形</source>
        <translation>All templates</translation>
    </message>
    <message>
        <source>分類「{name}」</source>
        <translation>Category “{name}”</translation>
    </message>
    <message>
        <source>ひな形「{name}」</source>
        <translation>Template “{name}”</translation>
    </message>
    <message>
        <source>{where}：{time}</source>
        <translation>{where}: {time}</translation>
    </message>
    <message>
        <source>削除しない</source>
        <translation>never deleted</translation>
    </message>
    <message>
        <source>年度の終わりから{count}か月</source>
        <translation>{count} months after the fiscal year</translation>
    </message>
    <message>
        <source>年度の終わりから{count}年</source>
        <translation>{count} years after the fiscal year</translation>
    </message>
    <message>
        <source>最後の変更から{count}か月</source>
        <translation>{count} months after the last change</translation>
    </message>
    <message>
        <source>最後の変更から{count}年</source>
        <translation>{count} years after the last change</translation>
    </message>
    <message>
        <source>文書を作成</source>
        <translation>Document created</translation>
    </message>
    <message>
        <source>ファイルに保存</source>
        <translation>Saved as a file</translation>
    </message>
    <message>
        <source>ごみ箱へ</source>
        <translation>Put in the trash</translation>
    </message>
    <message>
        <source>ごみ箱から戻した</source>
        <translation>Taken from the trash</translation>
    </message>
    <message>
        <source>完全に削除</source>
        <translation>Deleted for good</translation>
    </message>
    <message>
        <source>下書きを開始</source>
        <translation>Draft begun</translation>
    </message>
    <message>
        <source>下書きが終了</source>
        <translation>Draft ended</translation>
    </message>
    <message>
        <source>保留にした</source>
        <translation>Put on hold</translation>
    </message>
    <message>
        <source>保留を解いた</source>
        <translation>Hold lifted</translation>
    </message>
    <message>
        <source>設定を変更</source>
        <translation>Setting changed</translation>
    </message>
    <message>
        <source>ひな形を公開</source>
        <translation>Template published</translation>
    </message>
    <message>
        <source>履歴を書き出した</source>
        <translation>History exported</translation>
    </message>
    <message>
        <source>履歴を取り込んだ</source>
        <translation>History imported</translation>
    </message>
    <message>
        <source>削除の跡を上書き</source>
        <translation>Traces overwritten</translation>
    </message>
    <message>
        <source>バックアップから戻した</source>
        <translation>Backup restored</translation>
    </message>
    <message>
        <source>記録の欠けを検出</source>
        <translation>Gap found in the record</translation>
    </message>
</context>
<context>
    <name>RecordsPart</name>
    <message>
        <source>保存期間の過ぎた文書を{count}件削除しました</source>
        <translation>{count} documents were deleted because their retention period is over</translation>
    </message>
    <message>
        <source>保留にできるのは、履歴にある文書です</source>
        <translation>Only a document in the history can be put on hold</translation>
    </message>
    <message>
        <source>この文書を保留にしました</source>
        <translation>This document is on hold</translation>
    </message>
    <message>
        <source>保留を解くまで、保存期間が過ぎても、ごみ箱を空にしても、削除されません。</source>
        <translation>Until the hold is lifted it is not deleted, neither after its retention period nor with the trash.</translation>
    </message>
    <message>
        <source>保留を解く</source>
        <translation>Lift the hold</translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message>
        <source>履歴を控えから戻す</source>
        <translation>Go back to a copy of the history</translation>
    </message>
    <message>
        <source>控えの一覧</source>
        <translation>List of copies</translation>
    </message>
    <message>
        <source>この控えにある、新しい文書</source>
        <translation>Newest documents in this copy</translation>
    </message>
    <message>
        <source>控えを調べています…</source>
        <translation>Looking into the copies…</translation>
    </message>
    <message>
        <source>この文書だけ取り出す</source>
        <translation>Take out only this document</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>今の控えを作る</source>
        <translation>Make a copy now</translation>
    </message>
    <message>
        <source>この控えに戻す</source>
        <translation>Go back to this copy</translation>
    </message>
    <message>
        <source>戻しても、今の履歴は消えません。日付を付けてよけておき、この一覧からいつでも元に戻せます。</source>
        <translation>The present history is not deleted. It is set aside under today&apos;s date, and this list can bring it back at any time.</translation>
    </message>
    <message>
        <source>控えはまだありません。文机を使う日に一つずつ、自動で作られます。</source>
        <translation>There are no copies yet. One is made by itself on every day you use Fumizukue.</translation>
    </message>
    <message>
        <source>このファイルは壊れているため、戻せません。消さずに残してあります。</source>
        <translation>This file is damaged and cannot be gone back to. It is kept, not deleted.</translation>
    </message>
    <message>
        <source>文書 {count}件。新しいほうから{shown}件：</source>
        <translation>Documents: {count}. The newest {shown}:</translation>
    </message>
    <message>
        <source>文書 {count}件：</source>
        <translation>Documents: {count}</translation>
    </message>
</context>
<context>
    <name>RetentionDialog</name>
    <message>
        <source>保存期間と削除</source>
        <translation>Retention and deletion</translation>
    </message>
    <message>
        <source>題名</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>ひな形</source>
        <translation>Template</translation>
    </message>
    <message>
        <source>最後の変更</source>
        <translation>Last change</translation>
    </message>
    <message>
        <source>期限</source>
        <translation>Due</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>削除の対象と保留の文書</source>
        <translation>Documents to be deleted and on hold</translation>
    </message>
    <message>
        <source>保留にする</source>
        <translation>Put on hold</translation>
    </message>
    <message>
        <source>保留を解く</source>
        <translation>Lift the hold</translation>
    </message>
    <message>
        <source>バックアップからも消す</source>
        <translation>Delete from the backups as well</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>削除する</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>規則に当たる文書だけを、期限の日から削除できます。</source>
        <translation>Only documents that a rule applies to can be deleted, from their due day on.</translation>
    </message>
    <message>
        <source>保存期間の規則がないため、何も削除されません。</source>
        <translation>There are no retention rules, so nothing is deleted.</translation>
    </message>
    <message>
        <source>規則は設定ファイルの retention_rules に書きます。</source>
        <translation> Rules go into retention_rules in the settings file.</translation>
    </message>
    <message>
        <source>{count}件を削除し、元に戻せなくなることを確かめました</source>
        <translation>I have checked that {count} documents are deleted and cannot be brought back</translation>
    </message>
    <message>
        <source>保留中：{reason}</source>
        <translation>On hold: {reason}</translation>
    </message>
    <message>
        <source>保留中</source>
        <translation>On hold</translation>
    </message>
    <message>
        <source>（読めません）</source>
        <translation> (cannot be read)</translation>
    </message>
    <message>
        <source>ほか{count}個</source>
        <translation>{count} more</translation>
    </message>
    <message>
        <source>同じ文書を含む控えが{count}個あります：{names}</source>
        <translation>Copies that hold the same documents ({count}): {names}</translation>
    </message>
    <message>
        <source>控えの中の文書は、その控えが新しいバックアップに置き換わるまで残ります。</source>
        <translation>In a copy they stay until newer backups have taken its place.</translation>
    </message>
    <message>
        <source>削除しています…</source>
        <translation>Deleting…</translation>
    </message>
    <message>
        <source>次の控えからは消せませんでした：{names}</source>
        <translation>They could not be deleted from: {names}</translation>
    </message>
    <message>
        <source>文章の跡の上書きは、次の起動で続けます。</source>
        <translation>Overwriting the traces goes on at the next start.</translation>
    </message>
    <message>
        <source>{count}件を削除しました</source>
        <translation>{count} documents deleted</translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>進みぐあい</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>書いている所を見る</source>
        <translation>Show where it writes</translation>
    </message>
    <message>
        <source>停止(&amp;S)</source>
        <translation>&amp;Stop</translation>
    </message>
    <message>
        <source>ここまでの文章を残して止めます（Esc）</source>
        <translation>Stops and keeps what was written so far (Esc)</translation>
    </message>
    <message>
        <source>{count}秒のあいだ応答がありません。しばらく待つか、停止してください。停止しても文章は残り、「続きから」で再開できます。</source>
        <translation>No answer for {count} seconds. Wait a little, or stop. The text is kept when you stop, and “Continue” goes on from there.</translation>
    </message>
    <message>
        <source>停止しています…</source>
        <translation>Stopping…</translation>
    </message>
    <message>
        <source>モデルを準備しています{percent}</source>
        <translation>Preparing the model{percent}</translation>
    </message>
    <message>
        <source>資料を読んでいます{percent}</source>
        <translation>Reading your material{percent}</translation>
    </message>
    <message>
        <source>「{section}」を書いています</source>
        <translation>Writing “{section}”</translation>
    </message>
    <message>
        <source>この端末での速さを測っています（最初の1回だけ、数秒）</source>
        <translation>Measuring the speed of this terminal (once, a few seconds)</translation>
    </message>
</context>
<context>
    <name>SearchLine</name>
    <message>
        <source>言葉で探す</source>
        <translation>Search for words</translation>
    </message>
    <message>
        <source>履歴を探す</source>
        <translation>Search history</translation>
    </message>
    <message>
        <source>上下の矢印キーで結果を選び、Enterで開きます。Escで消します。</source>
        <translation>Arrow keys choose a result, Enter opens it, Esc clears the search.</translation>
    </message>
    <message>
        <source>履歴の中の言葉で探します（Ctrl+F）</source>
        <translation>Searches the words in your history (Ctrl+F)</translation>
    </message>
</context>
<context>
    <name>SectionCard</name>
    <message>
        <source>{section}：{what}</source>
        <translation>{section}: {what}</translation>
    </message>
    <message>
        <source>書き直す</source>
        <translation>Rewrite</translation>
    </message>
    <message>
        <source>この項目だけを書き直す</source>
        <translation>rewrite this section only</translation>
    </message>
    <message>
        <source>コピー</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>文章をコピーする</source>
        <translation>copy the text</translation>
    </message>
    <message>
        <source>前の版</source>
        <translation>Versions</translation>
    </message>
    <message>
        <source>前の版に戻す</source>
        <translation>put back an earlier version</translation>
    </message>
    <message>
        <source>このあと書きます</source>
        <translation>to be written</translation>
    </message>
    <message>
        <source>書いています…</source>
        <translation>writing…</translation>
    </message>
    <message>
        <source>あなたの編集を残しています</source>
        <translation>your edit is kept</translation>
    </message>
    <message>
        <source>コピーしました</source>
        <translation>copied</translation>
    </message>
</context>
<context>
    <name>SendingDialog</name>
    <message>
        <source>活用状況を出す</source>
        <translation>Hand on usage figures</translation>
    </message>
    <message>
        <source>出す先のフォルダー</source>
        <translation>Folder to put them into</translation>
    </message>
    <message>
        <source>例：\\server\share\活用状況</source>
        <translation>e.g. \\server\share\usage</translation>
    </message>
    <message>
        <source>これからは自動で出す（起動したときと、4時間ごと）</source>
        <translation>From now on, hand them on by itself (at start and every 4 hours)</translation>
    </message>
    <message>
        <source>文書を保存したあとに、助かった時間を聞く</source>
        <translation>Ask about the time saved after a document was saved as a file</translation>
    </message>
    <message>
        <source>出る内容</source>
        <translation>What leaves the terminal</translation>
    </message>
    <message>
        <source>この内容を出す</source>
        <translation>Hand these on</translation>
    </message>
    <message>
        <source>月ごとの文書の件数と、答えた分数だけを、名前の代わりに無作為の番号を付けて出します。氏名、文書の題名や中身は出しません。ファイルを読めるのは、そのフォルダーを読める人です。まとめた画面では、5人未満のことは分からないようにします。</source>
        <translation>Only counts of documents by month and the minutes you answered are handed on, under a random number in place of your name. No name, no title and no text of a document leaves. The files can be read by whoever may read the folder; the page that sums them up tells nothing of fewer than 5 people.</translation>
    </message>
    <message>
        <source>選ぶ…</source>
        <translation>Choose…</translation>
    </message>
    <message>
        <source>出す先のフォルダーを選ぶ</source>
        <translation>Choose the folder to put them into</translation>
    </message>
    <message>
        <source>出る内容（このまま、ファイルになります）</source>
        <translation>What leaves the terminal (the files are exactly this)</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>まだ、できあがった文書がありません。</source>
        <translation>There is no finished document yet.</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>月ごとの短くなった時間は、答えた人がまだ少ないため表示しません。</source>
        <translation>Hours saved by month are not shown: too few people have answered yet.</translation>
    </message>
    <message>
        <source>できた文書</source>
        <translation>Documents made</translation>
    </message>
    <message>
        <source>{count}件</source>
        <translation>{count}</translation>
    </message>
    <message>
        <source>使った人</source>
        <translation>People</translation>
    </message>
    <message>
        <source>短くなった時間</source>
        <translation>Hours saved</translation>
    </message>
    <message>
        <source>答えた人が5人になると表示します</source>
        <translation>shown once 5 people have answered</translation>
    </message>
    <message>
        <source>{hours}時間</source>
        <translation>{hours} h</translation>
    </message>
    <message>
        <source>{people}が{count}件に回答</source>
        <translation>{people}, {count} answers</translation>
    </message>
</context>
<context>
    <name>Side</name>
    <message>
        <source>{side}：この版に戻す</source>
        <translation>{side}: put this version back</translation>
    </message>
    <message>
        <source>この版に戻す</source>
        <translation>Put this version back</translation>
    </message>
</context>
<context>
    <name>TableEditor</name>
    <message>
        <source>＋ 行を追加</source>
        <translation>+ Add a row</translation>
    </message>
    <message>
        <source>{section}に行を追加</source>
        <translation>Add a row to {section}</translation>
    </message>
    <message>
        <source>{section} {row}行目 {column}</source>
        <translation>{section}, row {row}, {column}</translation>
    </message>
    <message>
        <source>{section}の{row}行目を消す</source>
        <translation>Remove row {row} of {section}</translation>
    </message>
</context>
<context>
    <name>TagBar</name>
    <message>
        <source>＋ タグを付ける</source>
        <translation>+ Add a tag</translation>
    </message>
    <message>
        <source>タグを付ける</source>
        <translation>Add a tag</translation>
    </message>
    <message>
        <source>予算、議会など。履歴をタグで絞り込めます（Enterで付きます）</source>
        <translation>For example budget. The history can be filtered by tag (Enter adds it)</translation>
    </message>
    <message>
        <source>タグ</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>タグ「{tag}」を外す</source>
        <translation>Remove the tag “{tag}”</translation>
    </message>
</context>
<context>
    <name>TemplateEditor</name>
    <message>
        <source>やめて、今の版から始める</source>
        <translation>Drop it and begin with the present version</translation>
    </message>
    <message>
        <source>前回の続きから始めています</source>
        <translation>You are going on from last time</translation>
    </message>
    <message>
        <source>{when} に、共有に出さないまま残した編集です。</source>
        <translation>Edits of {when} that were not published.</translation>
    </message>
    <message>
        <source>ひな形を直す：{name}</source>
        <translation>Edit template: {name}</translation>
    </message>
    <message>
        <source>{name}（写し）</source>
        <translation>{name} (copy)</translation>
    </message>
    <message>
        <source>別のひな形「{name}」として編集しています</source>
        <translation>Now editing another template, “{name}”</translation>
    </message>
    <message>
        <source>元のひな形は変わりません。名前は「項目で編集」で変えられます。</source>
        <translation>The original stays as it is. The name can be changed under “Edit by item”.</translation>
    </message>
    <message>
        <source>見比べに戻る</source>
        <translation>Back to the comparison</translation>
    </message>
    <message>
        <source>先に公開された版と、まだまとめていません</source>
        <translation>Not yet brought together with what was published first</translation>
    </message>
</context>
<context>
    <name>TemplateForm</name>
    <message>
        <source>名前</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>名前（英語）</source>
        <translation>Name (English)</translation>
    </message>
    <message>
        <source>説明（何のためのひな形か）</source>
        <translation>Description (what it is for)</translation>
    </message>
    <message>
        <source>説明（英語）</source>
        <translation>Description (English)</translation>
    </message>
    <message>
        <source>探すときの言葉（1行に1つ）</source>
        <translation>Words to find it by (one a line)</translation>
    </message>
    <message>
        <source>このひな形について</source>
        <translation>About this template</translation>
    </message>
    <message>
        <source>どの文書でも同じ指示です。入力欄の名前は使えません。</source>
        <translation>The same for every document. Field names cannot be used here.</translation>
    </message>
    <message>
        <source>波かっこで囲んだ入力欄の名前の所に、入力された内容が入ります。</source>
        <translation>Field names in braces are replaced by what is filled in.</translation>
    </message>
    <message>
        <source>モデルへの指示</source>
        <translation>Instructions for the model</translation>
    </message>
    <message>
        <source>文書ごとに渡す内容</source>
        <translation>What it gets for each document</translation>
    </message>
    <message>
        <source>記入例（よい答えの見本）</source>
        <translation>Example (what a good answer looks like)</translation>
    </message>
    <message>
        <source>指示</source>
        <translation>Instructions</translation>
    </message>
    <message>
        <source>表示する名前</source>
        <translation>Name shown</translation>
    </message>
    <message>
        <source>入力の手引き（欄の下に出ます）</source>
        <translation>Help (shown below the field)</translation>
    </message>
    <message>
        <source>入力の手引き（英語）</source>
        <translation>Help (English)</translation>
    </message>
    <message>
        <source>はじめから入れておく値</source>
        <translation>Value to begin with</translation>
    </message>
    <message>
        <source>選べる値（1行に1つ）</source>
        <translation>Choices (one a line)</translation>
    </message>
    <message>
        <source>必ず入力してもらう</source>
        <translation>Must be filled in</translation>
    </message>
    <message>
        <source>入力欄</source>
        <translation>Fields</translation>
    </message>
    <message>
        <source>見出し</source>
        <translation>Heading</translation>
    </message>
    <message>
        <source>何をどう書くかの指示</source>
        <translation>What to write, and how</translation>
    </message>
    <message>
        <source>長さの上限（字）</source>
        <translation>Longest length (characters)</translation>
    </message>
    <message>
        <source>項目や行の数の上限</source>
        <translation>Most items or rows</translation>
    </message>
    <message>
        <source>書くことがなければ載せない</source>
        <translation>Leave out when there is nothing to say</translation>
    </message>
    <message>
        <source>書く項目</source>
        <translation>Sections</translation>
    </message>
    <message>
        <source>標題</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>文書番号</source>
        <translation>Document number</translation>
    </message>
    <message>
        <source>宛先</source>
        <translation>Addressee</translation>
    </message>
    <message>
        <source>発信者</source>
        <translation>Sender</translation>
    </message>
    <message>
        <source>担当と連絡先（1行に1つ）</source>
        <translation>Contact (one a line)</translation>
    </message>
    <message>
        <source>注記</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>波かっこで囲んだ入力欄の名前が使えます</source>
        <translation>field names in braces can be used</translation>
    </message>
    <message>
        <source>紙面</source>
        <translation>On paper</translation>
    </message>
</context>
<context>
    <name>TemplateList</name>
    <message>
        <source>全庁</source>
        <translation>Whole city</translation>
    </message>
    <message>
        <source>{version}版</source>
        <translation>version {version}</translation>
    </message>
    <message>
        <source>{count}日前の控え</source>
        <translation>copy of {count} days ago</translation>
    </message>
    <message>
        <source>{count}時間前の控え</source>
        <translation>copy of {count} hours ago</translation>
    </message>
    <message>
        <source>名前や用途で探す</source>
        <translation>Search by name or purpose</translation>
    </message>
    <message>
        <source>ひな形を探す</source>
        <translation>Search templates</translation>
    </message>
    <message>
        <source>ひな形の一覧</source>
        <translation>List of templates</translation>
    </message>
    <message>
        <source>見つかりません。短い言葉や、ひらがなでもお試しください。</source>
        <translation>Nothing found. Try a shorter word, or its reading in kana.</translation>
    </message>
    <message>
        <source>お気に入り</source>
        <translation>Favourites</translation>
    </message>
    <message>
        <source>最近使ったもの</source>
        <translation>Used lately</translation>
    </message>
    <message>
        <source>お気に入りから外す</source>
        <translation>Remove from favourites</translation>
    </message>
    <message>
        <source>お気に入りに入れる</source>
        <translation>Add to favourites</translation>
    </message>
</context>
<context>
    <name>TemplatePart</name>
    <message>
        <source>くわしく見る</source>
        <translation>Show details</translation>
    </message>
</context>
<context>
    <name>TextTab</name>
    <message>
        <source>ひな形の文字</source>
        <translation>Text of the template</translation>
    </message>
    <message>
        <source>直すところ</source>
        <translation>To mend</translation>
    </message>
    <message>
        <source>直すところ：{count}（選ぶとその行へ移ります）</source>
        <translation>To mend: {count} (choose one to go there)</translation>
    </message>
    <message>
        <source>書き方に誤りはありません。</source>
        <translation>No faults.</translation>
    </message>
</context>
<context>
    <name>TrashDialog</name>
    <message>
        <source>ごみ箱</source>
        <translation>Trash</translation>
    </message>
    <message>
        <source>ごみ箱の一覧</source>
        <translation>List of the trash</translation>
    </message>
    <message>
        <source>ごみ箱は空です。</source>
        <translation>The trash is empty.</translation>
    </message>
    <message>
        <source>元に戻す</source>
        <translation>Put back</translation>
    </message>
    <message>
        <source>完全に削除…</source>
        <translation>Delete for good…</translation>
    </message>
    <message>
        <source>ごみ箱を空にする…</source>
        <translation>Empty the trash…</translation>
    </message>
    <message>
        <source>ここにある文書は、一覧にも検索にも出ません。元に戻せば、前と同じです。</source>
        <translation>Documents in here are neither listed nor found. Put one back and it is as before.</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>{moment} にごみ箱へ</source>
        <translation>in the trash since {moment}</translation>
    </message>
    <message>
        <source>「{title}」を完全に削除しますか</source>
        <translation>Delete “{title}” for good?</translation>
    </message>
    <message>
        <source>ごみ箱の{count}件を、すべて完全に削除しますか</source>
        <translation>Delete all {count} documents in the trash for good?</translation>
    </message>
    <message>
        <source>文章も前の版も消え、二度と元に戻せません。</source>
        <translation>Its text and all its versions will be gone. This cannot be undone.</translation>
    </message>
    <message>
        <source>完全に削除する</source>
        <translation>Delete for good</translation>
    </message>
    <message>
        <source>やめる</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>UsagePart</name>
    <message>
        <source>活用状況を出しました。ありがとうございます。</source>
        <translation>Your usage figures were handed on. Thank you.</translation>
    </message>
</context>
<context>
    <name>UsageWindow</name>
    <message>
        <source>活用状況</source>
        <translation>Usage</translation>
    </message>
    <message>
        <source>年度</source>
        <translation>Fiscal year</translation>
    </message>
    <message>
        <source>課</source>
        <translation>Section</translation>
    </message>
    <message>
        <source>フォルダーを選ぶ…</source>
        <translation>Choose a folder…</translation>
    </message>
    <message>
        <source>図を保存（PNG）…</source>
        <translation>Save picture (PNG)…</translation>
    </message>
    <message>
        <source>表を保存（CSV）…</source>
        <translation>Save table (CSV)…</translation>
    </message>
    <message>
        <source>図</source>
        <translation>Plots</translation>
    </message>
    <message>
        <source>表</source>
        <translation>Table</translation>
    </message>
    <message>
        <source>閉じる</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>「{folder}」を読んでいます…</source>
        <translation>Reading “{folder}”…</translation>
    </message>
    <message>
        <source>「{folder}」の{count}件のファイルをまとめました。</source>
        <translation>{count} files of “{folder}” summed up.</translation>
    </message>
    <message>
        <source>使わなかったファイルが{count}件あります</source>
        <translation>Files left out: {count}</translation>
    </message>
    <message>
        <source>ほかのファイルはまとめました。</source>
        <translation>The other files were summed up.</translation>
    </message>
    <message>
        <source>全体</source>
        <translation>All</translation>
    </message>
    <message>
        <source>この年度に使った人は、まだ5人未満です。だれのことか分からないように、5人以上になってから表示します。</source>
        <translation>Fewer than 5 people used it in this year. So that nobody can be made out, it is shown once there are 5 or more.</translation>
    </message>
    <message>
        <source>ここには、課や部で集めた活用状況（件数だけ。文書の中身は含みません）が、月が終わるごとに並びます。まだ集まっていないときは、一人ひとりの「表示」の「活用状況を出す…」から始まります。</source>
        <translation>Here the figures that a section or department collects (counts only, nothing of the documents) appear when a month is over. If there are none yet: they begin with each person’s “View”, “Hand on usage figures…”.</translation>
    </message>
    <message>
        <source>活用状況の集まったフォルダー</source>
        <translation>Folder with the usage figures</translation>
    </message>
    <message>
        <source>図 (*.png)</source>
        <translation>Picture (*.png)</translation>
    </message>
    <message>
        <source>表 (*.csv)</source>
        <translation>Table (*.csv)</translation>
    </message>
    <message>
        <source>名前を付けて保存</source>
        <translation>Save as</translation>
    </message>
    <message>
        <source>保存しました</source>
        <translation>Saved</translation>
    </message>
</context>
<context>
    <name>VersionNotice</name>
    <message>
        <source>このひな形には新しい版（{version}）があります</source>
        <translation>There is a newer version ({version}) of this template</translation>
    </message>
    <message>
        <source>新しい版に写す</source>
        <translation>Copy to the new version</translation>
    </message>
    <message>
        <source>名前か説明が変わりました</source>
        <translation>The name or the description changed</translation>
    </message>
    <message>
        <source>印刷の体裁が変わりました</source>
        <translation>The printed layout changed</translation>
    </message>
    <message>
        <source>モデルへの指示が変わりました</source>
        <translation>What the model is told changed</translation>
    </message>
    <message>
        <source>入力欄</source>
        <translation>Field</translation>
    </message>
    <message>
        <source>項目</source>
        <translation>Section</translation>
    </message>
    <message>
        <source>{part}「{name}」が増えました</source>
        <translation>{part} “{name}” is new</translation>
    </message>
    <message>
        <source>{part}「{name}」がなくなりました（写した文書には入りません）</source>
        <translation>{part} “{name}” is gone (it will not be in the copy)</translation>
    </message>
    <message>
        <source>{part}「{name}」が変わりました</source>
        <translation>{part} “{name}” changed</translation>
    </message>
</context>
<context>
    <name>VersionsMenu</name>
    <message>
        <source>前の版はまだありません</source>
        <translation>There is no earlier version yet</translation>
    </message>
    <message>
        <source>AIの下書き</source>
        <translation>AI draft</translation>
    </message>
    <message>
        <source>あなたの編集</source>
        <translation>your edit</translation>
    </message>
    <message>
        <source>今の版</source>
        <translation>present version</translation>
    </message>
    <message>
        <source>（今の版）</source>
        <translation> (on the page)</translation>
    </message>
    <message>
        <source>一つ前に戻す</source>
        <translation>Undo the last change</translation>
    </message>
    <message>
        <source>やり直す</source>
        <translation>Redo</translation>
    </message>
    <message>
        <source>版をくらべる…</source>
        <translation>Compare versions…</translation>
    </message>
    <message>
        <source>文書全体の前の状態とくらべる…</source>
        <translation>Compare the whole document with an earlier state…</translation>
    </message>
</context>
<context>
    <name>VersionsPart</name>
    <message>
        <source>くらべられる前の状態は、まだありません</source>
        <translation>There is no earlier state to compare with yet</translation>
    </message>
</context>
</TS>

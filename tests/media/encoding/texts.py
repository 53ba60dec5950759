"""Short texts in several languages, written for these tests."""

from __future__ import annotations

from typing import Final

__all__ = ["RUSSIAN", "TEXTS"]

RUSSIAN: Final = (
    "Весной река поднялась выше старого моста, и жители деревни перевозили хлеб на лодках. "
    "Мельник говорил, что такой воды не помнит даже его дед, который всю жизнь прожил у реки. "
    "К вечеру дождь кончился, над лесом показалось солнце, и дети снова вышли на берег."
)

# The codecs that hold a text, and the text.
TEXTS: Final = {
    "Russian": (
        "cp1251 koi8-r iso8859-5 cp866 mac-cyrillic",
        RUSSIAN,
    ),
    "Simplified Chinese": (
        "gb18030",
        "春天的时候，河水漫过了老桥，村里的人只好用小船运送粮食。磨坊主说，他的祖父一辈子住在"
        "河边，也从来没有见过这样大的水。到了傍晚，雨停了，太阳从树林上面露出来，孩子们又跑到"
        "了岸边。",
    ),
    "Traditional Chinese": (
        "big5",
        "春天的時候，河水漫過了老橋，村裡的人只好用小船運送糧食。磨坊主人說，他的祖父一輩子住"
        "在河邊，也從來沒有見過這樣大的水。到了傍晚，雨停了，太陽從樹林上面露出來，孩子們又跑"
        "到了岸邊。",
    ),
    "Japanese": (
        "cp932 euc_jp",
        "春になると川の水が古い橋を越え、村の人々は小さな舟で米を運びました。水車小屋の主人は"
        "、一生を川のそばで暮らした祖父でさえ、こんな大水は見たことがないと言いました。夕方に"
        "は雨がやみ、森の上に太陽が顔を出して、子どもたちはまた岸辺へ走って行きました。",
    ),
    "Korean": (
        "cp949",
        "봄이 되자 강물이 오래된 다리를 넘었고 마을 사람들은 작은 배로 곡식을 날랐다. 방앗간 "
        "주인은 평생 강가에서 살았던 할아버지도 이런 큰물은 본 적이 없다고 말했다. 저녁이 "
        "되어 비가 그치고 숲 위로 해가 나오자 아이들은 다시 강가로 달려갔다.",
    ),
    "Greek": (
        "cp1253",
        "Την άνοιξη το ποτάμι ανέβηκε πάνω από το παλιό γεφύρι και οι χωρικοί μετέφεραν το "
        "σιτάρι με βάρκες. Ο μυλωνάς έλεγε πως τόσο νερό δεν θυμόταν ούτε ο παππούς του, που "
        "έζησε όλη του τη ζωή δίπλα στο ποτάμι. Το βράδυ σταμάτησε η βροχή και τα παιδιά "
        "βγήκαν πάλι στην όχθη.",
    ),
    "Arabic": (
        "cp1256 iso8859-6",
        "في الربيع ارتفع ماء النهر فوق الجسر القديم، ونقل أهل القرية القمح بالقوارب الصغيرة. "
        "وقال صاحب الطاحونة إن جده الذي عاش عمره كله قرب النهر لم ير مثل هذا الماء من قبل. "
        "وعند المساء توقف المطر وظهرت الشمس فوق الغابة، وعاد الأطفال إلى الضفة.",
    ),
    "Hebrew": (
        "cp1255",
        "באביב עלה הנהר מעל הגשר הישן, ואנשי הכפר העבירו את התבואה בסירות קטנות. הטוחן אמר "
        "שאפילו סבו, שחי כל חייו ליד הנהר, לא ראה מים רבים כאלה. לקראת ערב פסק הגשם, השמש "
        "נראתה מעל היער, והילדים חזרו אל הגדה.",
    ),
    "Thai": (
        "cp874",
        "ในฤดูใบไม้ผลิ น้ำในแม่น้ำท่วมสะพานเก่า ชาวบ้านจึงต้องขนข้าวด้วยเรือลำเล็ก "
        "เจ้าของโรงสีบอกว่า แม้แต่ปู่ของเขาซึ่งอยู่ริมแม่น้ำมาทั้งชีวิต "
        "ก็ไม่เคยเห็นน้ำมากขนาดนี้ ตอนเย็นฝนหยุดตก เด็กๆ ก็วิ่งไปที่ริมฝั่งอีกครั้ง",
    ),
    "Turkish": (
        "cp1254",
        "İlkbaharda ırmağın suyu eski köprünün üstüne çıktı, köylüler buğdayı küçük "
        "kayıklarla taşıdılar. Değirmenci, ömrü boyunca ırmağın kıyısında yaşayan dedesinin "
        "bile böyle bir su görmediğini söylüyordu. Akşama doğru yağmur dindi, güneş göründü "
        "ve çocuklar yine kıyıya koştular.",
    ),
    "Polish": (
        "cp1250 iso8859-2 cp852",
        "Wiosną rzeka podniosła się ponad stary most i mieszkańcy wsi wozili zboże łodziami. "
        "Młynarz mówił, że takiej wody nie pamięta nawet jego dziadek, który całe życie "
        "mieszkał nad rzeką. Pod wieczór deszcz ustał, słońce pokazało się nad lasem i "
        "dzieci znów wybiegły na brzeg.",
    ),
    "French": (
        "cp1252 mac-roman cp850",
        "Au printemps, la rivière était montée au-dessus du vieux pont, et les gens du "
        "village portaient le blé en bateau. Le meunier répétait que même son grand-père, "
        "qui avait passé toute sa vie près de l'eau, n'avait jamais vu une telle crue. À la "
        "fin de la journée, la pluie s'arrêta, le soleil apparut derrière la forêt et les "
        "élèves de l'école, très étonnés, revinrent à la rivière. Les pêcheurs réparèrent "
        "leurs filets déchirés, et la fête du village, différée à cause de la crue, fut "
        "célébrée le dimanche suivant.",
    ),
}

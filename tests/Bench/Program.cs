Console.Error.WriteLine("There are no bench rows yet.");
return 1;
